import type { Context } from "#server/context.ts";
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { fitHistory } from "./prompt.ts";

/** The newest turns as they are; the older ones in short. */
export async function summariseOlder(
  _context: Context,
  _userId: string,
  _conversationId: string,
  history: ChatMessage[],
  _signal: AbortSignal,
): Promise<{ kept: ChatMessage[]; summary?: string }> {
  return { kept: fitHistory(history).kept };
}
