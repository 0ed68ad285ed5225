import { readOsRelease } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";

suite("readOsRelease", () => {
  test.each([
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', "debian", "Debian GNU/Linux 12 (bookworm)"],
    ['PRETTY_NAME="Ubuntu 24.04 LTS"\nID=ubuntu\nID_LIKE=debian', "debian", "Ubuntu 24.04 LTS"],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', "debian", "linuxmint"],
    ["ID=fedora", "fedora", "fedora"],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', "fedora", "rocky"],
    ["ID=manjaro\nID_LIKE=arch", "arch", "manjaro"],
    ["ID=alpine\nVERSION_ID=3.20", "alpine", "alpine"],
    ["ID=opensuse-leap", "other", "opensuse-leap"],
    ["", "other", "an unknown Linux"],
  ])("reads %j", (text, family, title) => {
    expect(readOsRelease(text)).toEqual({ family, title });
  });
});
