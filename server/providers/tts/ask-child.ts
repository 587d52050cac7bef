import { Failure } from "#server/failures.ts";
import {
  ChildDied,
  ChildError,
  type ForkedChild,
} from "#server/providers/processes/forked-child.ts";
import type { SpeechRequest } from "./speech-messages.ts";

/**
 * @param sentence what a student reads when the process stopped
 * @throws Failure `engine-failed`
 */
export async function askChild<Answer>(
  child: ForkedChild,
  request: SpeechRequest,
  sentence: string,
): Promise<Answer> {
  try {
    return await child.request<Answer>(request);
  } catch (error) {
    if (!(error instanceof ChildDied || error instanceof ChildError)) throw error;
    throw new Failure("engine-failed", { message: sentence, cause: error });
  }
}
