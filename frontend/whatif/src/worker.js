// What a browser starts as a worker: fetches the planner, asks it what the page asks, and passes on what it says. The bundler puts
// the names in; what the words mean is known to both ends only.
import init, { ask } from "./NAME.js";

const ready = init({ module_or_path: new URL("./NAME.wasm", import.meta.url) });

onmessage = async ({ data }) => {
  try {
    await ready;
    postMessage(ask(data, (words) => postMessage(words)));
  } catch (error) {
    postMessage(JSON.stringify({ broken: String(error) }));
  }
};
