/** Makes run folders of one name and prints theirs: `ROOT NAME HOW_MANY`. */
import { createRunFolder } from "../../../src/storage/index.ts";

const [root, name, howMany] = process.argv.slice(3) as [string, string, string];
const ids = Array.from({ length: Number(howMany) }, () => createRunFolder(root, name).id);
console.log(JSON.stringify(ids));
