import { compareSync } from "bcryptjs";
import { parentPort, workerData } from "node:worker_threads";

const { stored, password } = workerData as { stored: string; password: string };
parentPort!.postMessage(compareSync(password, stored));
