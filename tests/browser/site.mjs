// The built site, as files: which hash it has, how large a file is.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = process.env.TIDEWAY_SITE_ROOT ?? "../../target/site";

/** `wasm` → its hash. */
export const hash = (kind) => readFileSync(join(root, "hash.txt"), "utf8").match(new RegExp(`^${kind}: ?(\\w+)`, "m"))[1];

/** Bytes of a file of `pkg`, before compression. */
export const raw = (name) => statSync(join(root, "pkg", name)).size;
