import { parentPort, workerData } from "node:worker_threads";
import { compareSync } from "bcryptjs";

const { stored, password } = workerData as { stored: string; password: string };
parentPort!.postMessage(compareSync(password, stored));
