// What bench/golden.mjs runs: each case is a list of commands of leeway, whose files writeGoldenData makes.
//
// RUN stands for the case's first run, LATEST for its newest. `killedAt` kills a command before a write; `stopAfter`
// sends it SIGTERM once so many epochs are written.

/** Stands in a command for the folder of the case's first run. */
export const RUN = "{run}";
/** Stands in a command for the folder of the newest run. */
export const LATEST = "{latest}";

/** All methods as they were named when the golden file was made. */
const methods = [
  ...["erm", "focal", "ldam", "rs", "rw", "cb-rs", "sqrt-rs", "cb-rw", "cb-focal", "hg-drs", "ldam-hg-drs"],
  ...[
    "m-drw",
    "erm-drs",
    "erm-drw",
    "cb-drw",
    "ldam-drs",
    "ldam-drw",
    "logit-adjustment",
    "balanced-softmax",
  ],
  ...["vs", "logit-adjustment-post-hoc", "tau-norm", "crt", "lws", "mislas", "mixup-drw", "ldam-drw-sam"],
];

const words = (text) => text.split(" ").filter(Boolean);
// Without a validation split the last epoch is the one that is kept: all stages come into its weights.
const last = words("--validation-fraction 0");
const chosen = "--validation-fraction 0.1";
const short = words("--epochs 6 --batch-size 32");
// The bits of most cases are those of one network; that of small tables has cases of its own.
const table = [...words("train table.csv --label class --model mlp"), ...short, ...last];
const members = [...words("train table.csv --label class --model tabm"), ...short, ...last];
const binary = words("train binary.csv --label label --model mlp --epochs 5 --batch-size 32");
const texts = [...words("train texts.csv --model bilstm --epochs 2 --batch-size 32 --min-count 1"), ...last];
const tfidf = [...words("train texts.csv --model tfidf --epochs 6 --min-count 1"), ...last];
const npy = words("train embeddings.npy --labels embedding-labels.npy");
const photos = [...words("train photos --image-size 16 --model resnet8 --epochs 4 --batch-size 16"), ...last];
const catalogue = words("--max-per-class 20 --ratio 10 --model resnet8 --epochs 2 --batch-size 32");

/** One command, trained, and perhaps others after it. */
const one = (name, base, more = "", ...after) => ({ name, commands: [[...base, ...words(more)], ...after] });
const each = (prefix, base, names) => names.map((name) => one(`${prefix}/${name}`, base, `--method ${name}`));
const options = (prefix, base, all) =>
  Object.entries(all).map(([name, more]) => one(`${prefix}/${name}`, base, more));
const killed = (command, killedAt) => Object.assign([...command], { killedAt });
const stopped = (command, stopAfter) => Object.assign([...command], { stopAfter });

/** Every kind of data with its default method, network and length, where that is short. */
const kinds = [
  one(
    "kind/table",
    words("train table.csv --label class --model mlp"),
    "",
    words(`predict ${RUN} table-test.csv --top all`),
  ),
  one(
    "kind/table-binary",
    words("train binary.csv --model mlp"),
    "",
    words(`predict ${RUN} binary.csv --prior fraud=0.01,fine=0.99`),
  ),
  one(
    "kind/table-members",
    words("train table.csv --label class"),
    "",
    words(`predict ${RUN} table-test.csv`),
  ),
  one("kind/table-binary-members", words("train binary.csv"), "", words(`predict ${RUN} binary.csv`)),
  one(
    "kind/table-jsonl",
    words("train table.jsonl --label class --model mlp --ignore id --categorical code"),
  ),
  one("kind/texts", words("train texts.csv --epochs 3"), "", words(`predict ${RUN} texts.jsonl --top all`)),
  one("kind/texts-jsonl", words("train texts.jsonl --text text --label label --epochs 2")),
  one(
    "kind/texts-folder",
    words("train texts --model bilstm --epochs 2 --max-length 8 --vocabulary-size 30"),
  ),
  one("kind/texts-latin", words("train texts-latin.csv --encoding latin-1 --model tfidf")),
  one("kind/embedding-npy", npy, "", words(`predict ${RUN} embeddings.npy --top all`)),
  one("kind/embedding-safetensors", words("train embeddings.safetensors --labels embedding-labels.csv")),
  one("kind/embedding-jsonl", words("train embeddings.jsonl --vector vector --label label")),
  one("kind/photos", words("train photos --epochs 1"), "", words(`predict ${RUN} split-photos/test --top 2`)),
  one(
    "kind/photos-table",
    words("train photos.csv --path-column path --label label --image-size 16 --model resnet8 --epochs 2"),
  ),
  one(
    "kind/photos-split",
    words("train split-photos --image-size 24 --model resnet8 --epochs 2 --no-flip --resize stretch"),
  ),
  one("kind/cifar10", ["train", "cifar10", ...catalogue]),
  one(
    "kind/cifar100",
    words("train cifar100 --max-per-class 5 --ratio 5 --model resnet8 --epochs 1 --batch-size 64"),
  ),
  one("kind/fashion-mnist", ["train", "fashion-mnist", ...catalogue]),
  one("kind/mnist", ["train", "mnist", ...catalogue], "--profile step"),
  one("kind/imdb", words("train imdb --keep neg=0.1 --model tfidf --epochs 3 --method rw")),
];

const tableOptions = options("table", table, {
  bf16: "--precision bf16 --method ldam-drw",
  mixup: "--mixup 0.4",
  sam: "--rho 0.1",
  "mixup-and-sam": "--mixup 0.4 --rho 0.1 --method erm-drw",
  keep: "--keep a=0.5 --keep b=0.8",
  "profile-step": "--profile step --ratio 4",
  "profile-longtail": "--profile longtail --ratio 5 --method ldam",
  "profile-balanced": "--profile balanced",
  "max-per-class": "--profile longtail --ratio 2 --max-per-class 20",
  "test-prior": "--method ldam-drw --test-prior 4,3,2,1",
  adam: "--optimizer adam --lr 0.003",
  adamw: "--optimizer adamw --weight-decay 0.01",
  sgd: "--optimizer sgd --momentum 0.8 --lr 0.05 --weight-decay 0.001",
  schedule: "--lr 0.002 --warmup-epochs 2 --decay-at 3,5 --decay-factor 0.5",
  paper: "--protocol paper",
  "validation-fraction": "--validation-fraction 0.3 --seed 7",
  "test-file": "--test table-test.csv",
  "test-fraction": "--test-fraction 0.4 --numeric age,income --ignore id,code",
  "defer-at": "--method erm-drw --defer-at 2 --beta 0.99",
  margins: "--method ldam-drw --max-margin 0.8 --scale 10",
  "focal-gamma": "--method focal --gamma 2",
  "logit-adjustment-tau": "--method logit-adjustment --tau 0.5",
  "vs-parameters": "--method vs --gamma 0.3 --tau 0.7",
  smoothing: "--method mislas --smooth-head 0.4 --smooth-tail 0.1 --mixup 0.5 --defer-at 4",
  "on-nan-skip": "--on-nan skip",
});

const composed = options("composed", table, {
  "ldam-sqrt": "--loss ldam --weights sqrt --defer-at 4",
  "ldam-uniform": "--loss ldam --margins uniform --scale 15 --sampler inverse",
  "ldam-linear": "--loss ldam --classifier linear --scale 1",
  "cross-entropy-cosine":
    "--loss cross-entropy --classifier cosine --scale 12 --weights effective-number --beta 0.99",
  "focal-sampler": "--loss focal --gamma 2 --sampler sqrt --mixup 0.2",
  "margin-hinge": "--loss margin-hinge --sampler effective-number --defer-at 3",
  "multi-margin": "--loss multi-margin --weights inverse --defer-at 3 --rho 0.05",
  "logit-adjustment": "--loss logit-adjustment --tau 0.8 --weights sqrt --defer-at 3",
  "balanced-softmax": "--loss balanced-softmax --sampler sqrt",
  "vector-scaling": "--loss vector-scaling --gamma 0.2 --tau 1 --weights inverse",
  "label-aware-smoothing":
    "--loss label-aware-smoothing --smooth-head 0.2 --smooth-tail 0.1 --sampler inverse",
  "posthoc-logit-adjustment": "--posthoc logit-adjustment --weights sqrt",
  "posthoc-tau-norm": "--posthoc tau-norm --loss focal",
});

const photoOptions = [
  ...options("photos", photos, {
    bf16: "--precision bf16 --method crt",
    "cutout-mixup": "--cutout 5 --mixup 0.3",
    sam: "--rho 0.05 --method erm-drs",
    adam: "--optimizer adam --lr 0.001",
    "paper-longtail": "--protocol paper --profile longtail --ratio 3",
    composed: "--loss ldam --weights sqrt --sampler sqrt --defer-at 2 --cutout 4",
  }),
  ...["resnet20", "resnet32", "resnet8-sphere", "resnet18", "resnet50"].map((model) =>
    one(
      `model/${model}`,
      words("train photos --image-size 16 --epochs 1 --batch-size 16"),
      `--model ${model}`,
    ),
  ),
];

const textOptions = [
  ...each("texts", texts, ["erm", "rs", "ldam-drw", "lws", "mislas", "ldam-drw-sam"]),
  ...each("tfidf", tfidf, ["erm", "rw", "ldam-drw", "tau-norm", "crt", "mixup-drw"]),
  one("texts/bf16", texts, "--precision bf16 --method erm-drw"),
  one("texts/sgd", texts, "--optimizer sgd --max-length 5"),
  ...each("embedding", [...npy, "--epochs", "6"], ["erm", "ldam-drw", "lws", "tau-norm"]),
  one("embedding/mlp", npy, "--model mlp --epochs 5 --method erm-drw --batch-size 16"),
];

const configs = [
  one("config/json", words("train --config table.json")),
  one("config/yaml-texts", words("train --config texts.yaml")),
  one("config/yaml-catalogue", words("train --config fashion.yaml")),
  one("config/options-first", words("train --config table.json --seed 4 --method erm-drw --epochs 5")),
  one("config/of-a-run", table, "--method crt", ["train", "--config", `${RUN}/config.yaml`]),
];

const trunk = words("--methods erm-drw,erm-drs,crt,lws,logit-adjustment-post-hoc,tau-norm");
const forks = [
  one("fork/table", table, "--method erm", ["fork", RUN, ...trunk]),
  one("fork/photos", photos, `--method erm ${chosen}`, ["fork", RUN, ...trunk]),
  one("fork/texts", texts, "--method ldam --epochs 3", words(`fork ${RUN} --methods ldam-drw,ldam-drs`)),
  one("fork/tfidf", tfidf, `--method erm ${chosen}`, ["fork", RUN, ...trunk]),
  one("fork/parameters", table, "--method erm-drw", words(`fork ${RUN} --method erm-drw --beta 0.9`)),
  one(
    "fork/parts",
    table,
    "--loss ldam --scale 20 --weights inverse --defer-at 3",
    words(`fork ${RUN} --sampler sqrt`),
  ),
  one("fork/bf16", table, "--method erm --precision bf16", words(`fork ${RUN} --methods crt,erm-drw`)),
];

const everyStep = words("--checkpoint-steps 1");
const whole = words("train table.csv --label class --model mlp --method ldam-drw --batch-size 8 --epochs 25");
const saving = [...whole, ...everyStep];
const resumed = [
  one("resume/never-stopped", whole),
  { name: "resume/sigterm", commands: [stopped(saving, 3), ["resume", RUN]] },
  {
    name: "resume/killed-twice",
    commands: [
      killed(saving, "write:50:kill"),
      killed(["resume", RUN, ...everyStep], "rename:60:kill"),
      ["resume", RUN],
    ],
  },
  ...Object.entries({
    table: [...table, ...words("--method crt")],
    bf16: [...table, ...words("--method ldam-drw-sam --precision bf16")],
    members,
    binary,
    photos: [...photos, ...words(`--method mislas --cutout 3 ${chosen}`)],
    texts: [...texts, ...words(`--method ldam-drw ${chosen}`)],
    tfidf: [...tfidf, ...words("--method rs --batch-size 32")],
    embedding: [...npy, ...words("--epochs 6 --batch-size 16")],
    "fashion-mnist": ["train", "fashion-mnist", ...catalogue],
  }).map(([name, command]) => ({
    name: `resume/${name}`,
    commands: [killed([...command, ...everyStep], "rename:20:kill"), ["resume", RUN]],
  })),
  {
    name: "resume/fork",
    commands: [
      [...table, ...words("--method erm"), ...everyStep],
      killed(["fork", RUN, "--methods", "erm-drw"], "rename:9:kill"),
      ["resume", LATEST],
    ],
  },
  {
    name: "resume/then-fork",
    commands: [
      killed([...table, ...words("--method erm"), ...everyStep], "rename:70:kill"),
      ["resume", RUN],
      words(`fork ${RUN} --methods crt,erm-drw`),
    ],
  },
];

const compared = [
  one(
    "compare/table",
    words("compare table.csv --label class --model mlp --methods erm,erm-drw,crt,ldam-drw --seeds 0,1"),
    short.join(" "),
  ),
  one(
    "compare/binary",
    words("compare binary.csv --model mlp --methods erm,logit-adjustment,rw --seeds 0,1 --epochs 4"),
  ),
  one("compare/photos", ["compare", ...photos.slice(1)], "--methods erm,lws,vs --seeds 0"),
];

/** Every case: a name, and the commands whose runs and output are compared. */
export const goldenCases = [
  ...kinds,
  ...each("method", table, methods),
  ...each("members", members, ["erm", "ldam-drw", "lws", "tau-norm", "mixup-drw"]),
  ...each("photos/method", photos, methods),
  ...tableOptions,
  ...composed,
  ...photoOptions,
  ...textOptions,
  ...configs,
  ...forks,
  ...resumed,
  ...compared,
];
