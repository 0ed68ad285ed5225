/** Makes a cache of a folder's images and says how far it is: `FOLDER CACHE`. */
import { openImageCache } from "../../../src/data/images/cache.ts";
import { listFolder } from "../../../src/data/images/folder-listing.ts";

const [folder, cacheDir] = process.argv.slice(3) as [string, string];
const making = openImageCache(
  await listFolder(folder),
  { size: 32, resize: "crop" },
  { cacheDir, saveEvery: 5 },
);
for await (const { done } of making) if (done > 0) console.log(done);
