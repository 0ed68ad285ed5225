// node bench/ranks-slurm.mjs: two nodes of Slurm on this host run deploy/train.sbatch, which is interrupted once, queued again
// and finishes. As root, with slurm-wlm and munge installed. Compares what the run leaves with one that was never stopped.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { leeway, started, trainingIn } from "./ranks-job.mjs";
import { runDigest } from "./run-digest.mjs";

const script = fileURLToPath(new URL("../deploy/train.sbatch", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "leeway-ranks-slurm-"));
const file = (name) => join(folder, name);
const conf = file("slurm.conf");
const environment = { ...process.env, SLURM_CONF: conf };
const slurm = (program, ...args) =>
  execFileSync(program, args, { encoding: "utf8", env: environment, cwd: folder }).trim();

function startSlurm() {
  mkdirSync(file("state"));
  writeFileSync(
    conf,
    [
      ...[
        "ClusterName=here",
        "SlurmctldHost=localhost",
        "SlurmUser=root",
        "SlurmdUser=root",
        "AuthType=auth/munge",
      ],
      ...["ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "SelectType=select/cons_tres"],
      ...["SelectTypeParameters=CR_Core", "MpiDefault=none", "ReturnToService=2", "JobRequeue=1"],
      ...[`StateSaveLocation=${file("state")}`, `SlurmdSpoolDir=${file("spool-%n")}`, "SlurmctldPort=16817"],
      ...[`SlurmctldPidFile=${file("slurmctld.pid")}`, `SlurmdPidFile=${file("slurmd-%n.pid")}`],
      ...[`SlurmctldLogFile=${file("slurmctld.log")}`, `SlurmdLogFile=${file("slurmd-%n.log")}`],
      "NodeName=n[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[16821-16822] CPUs=1 RealMemory=1000",
      "PartitionName=all Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP",
      "",
    ].join("\n"),
  );
  if (!existsSync("/run/munge/munge.socket.2")) {
    mkdirSync("/run/munge", { recursive: true });
    execFileSync("chown", ["munge:munge", "/run/munge"]);
    execFileSync("runuser", ["-u", "munge", "--", "/usr/sbin/munged"]);
  }
  slurm("slurmctld");
  for (const node of ["n1", "n2"]) slurm("slurmd", "-N", node);
}

function stopSlurm() {
  for (const name of ["slurmd-n1.pid", "slurmd-n2.pid", "slurmctld.pid"]) {
    if (existsSync(file(name))) process.kill(Number(readFileSync(file(name), "utf8")), "SIGTERM");
  }
}

const fieldOf = (job, name) =>
  new RegExp(`\\b${name}=(\\S+)`).exec(slurm("scontrol", "show", "job", job))?.[1];

const report = {};
try {
  startSlurm();
  const training = trainingIn(folder, { epochs: 150 });
  const options = training.slice(1, training.indexOf("--runs-dir"));
  const runs = file("runs");
  const whole = await started(
    process.execPath,
    [leeway, "launch", "--ranks", "2", "--", ...training, "--name", "whole"],
    {
      environment: { OMP_NUM_THREADS: "1" },
    },
  ).ended;
  if (whole.code !== 0) throw new Error(whole.text);

  // The nodes are this host by other names, which nobody resolves: MASTER_ADDR.
  Object.assign(environment, { LEEWAY: leeway, RUNS: runs, MASTER_ADDR: "127.0.0.1" });
  const job = slurm("sbatch", "--parsable", "--ntasks-per-node=1", "--cpus-per-task=1", script, ...options);
  const log = () =>
    existsSync(file(`leeway-${job}.log`)) ? readFileSync(file(`leeway-${job}.log`), "utf8") : "";
  while (!/epoch +[2-9]/.test(log())) {
    await setTimeout(100);
    if (/error/.test(log())) throw new Error(log());
  }
  slurm("scancel", "--signal=USR1", "--batch", job); // as Slurm does before the end of the job's time
  while (fieldOf(job, "Restarts") !== "1") await setTimeout(500);
  while (!["COMPLETED", "FAILED", "CANCELLED"].includes(fieldOf(job, "JobState"))) {
    await setTimeout(1000);
    if (fieldOf(job, "JobState") === "PENDING") slurm("scontrol", "update", `JobId=${job}`, "StartTime=now");
  }
  report.slurm = slurm("sinfo", "--version");
  report.state = fieldOf(job, "JobState");
  report.restarts = Number(fieldOf(job, "Restarts"));
  report.resumed = /Resuming at step (\d+)/.exec(log())?.[0] ?? null;
  const digests = ["whole", `slurm-${job}`].map((name) => runDigest(join(runs, name)));
  report.sameAsNeverStopped = digests[0] === digests[1];
  if (report.state !== "COMPLETED" || !report.sameAsNeverStopped) console.error(log());
} finally {
  stopSlurm();
}
console.log(JSON.stringify(report, null, 2));
const good =
  report.state === "COMPLETED" && report.restarts === 1 && report.resumed && report.sameAsNeverStopped;
if (good) rmSync(folder, { recursive: true, force: true });
else console.error(`left to look at: ${folder}`);
process.exitCode = good ? 0 : 1;
