/** One invocation of the hook function, on a thread of its own. */

import { workerData } from "node:worker_threads";
import { handler } from "../src/hook/index.ts";

await handler(workerData);
