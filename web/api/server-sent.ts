/** Server-sent events over fetch: EventSource can send neither the Authorization header nor a POST. */
import { EventSourceParserStream } from "eventsource-parser/stream";

export interface ServerSentEvent {
  event: string;
  data: string;
}

export async function* readServerSent(response: Response): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return;
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { event: value.event ?? "message", data: value.data };
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
