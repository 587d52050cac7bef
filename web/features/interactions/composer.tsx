import { ArrowUp, Square } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { MESSAGE_LENGTH } from "#server/vocabulary.ts";
import { classes } from "../../ui/classes.ts";
import { useDraft } from "../../ui/draft.ts";

export function Composer({
  draftKey,
  busy,
  autoFocus = false,
  onAsk,
  onStop,
}: {
  /** What the question belongs to. */
  draftKey: string;
  busy: boolean;
  autoFocus?: boolean;
  onAsk: (question: string) => void;
  onStop?: () => void;
}) {
  const { t } = useTranslation();
  // A question is short: it is kept, and leaving does not ask.
  const { value: text, type: setText, drop } = useDraft(draftKey, "", { asks: false });
  const input = useRef<HTMLTextAreaElement>(null);
  const empty = text.trim() === "";
  const submit = () => {
    if (empty || busy) return;
    onAsk(text.trim());
    drop();
    if (input.current) input.current.style.height = "";
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className={
        "flex items-end gap-2 rounded-2xl border border-line-strong bg-surface p-2 shadow-card " +
        "focus-within:border-accent"
      }
    >
      <textarea
        ref={input}
        rows={1}
        value={text}
        maxLength={MESSAGE_LENGTH}
        autoFocus={autoFocus}
        aria-label={t("tutor.question")}
        placeholder={t("tutor.placeholder")}
        onChange={(event) => {
          setText(event.target.value);
          event.target.style.height = "auto";
          event.target.style.height = `${Math.min(event.target.scrollHeight, 220)}px`;
        }}
        onKeyDown={(event) => {
          // While an input method composes a character, Enter belongs to it.
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
        className={
          "min-h-10 min-w-0 flex-1 resize-none bg-transparent px-2.5 py-2 leading-6 " +
          "outline-none placeholder:truncate placeholder:whitespace-nowrap"
        }
      />
      {text.length > MESSAGE_LENGTH - 500 && (
        <span className="pb-2.5 text-xs text-soft tabular-nums">
          {MESSAGE_LENGTH - text.length}
        </span>
      )}
      <SendButton busy={busy} disabled={!busy && empty} onStop={onStop} />
    </form>
  );
}

function SendButton({
  busy,
  disabled,
  onStop,
}: {
  busy: boolean;
  disabled: boolean;
  onStop: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <button
      type={busy ? "button" : "submit"}
      onClick={busy ? onStop : undefined}
      disabled={disabled}
      aria-label={busy ? t("tutor.stop") : t("tutor.ask")}
      title={busy ? t("tutor.stop") : t("tutor.ask")}
      className={classes(
        "flex size-10 shrink-0 items-center justify-center rounded-xl transition-colors disabled:opacity-40",
        busy ? "bg-ink text-paper" : "bg-accent text-on-accent hover:bg-accent-hover",
      )}
    >
      {busy ? (
        <Square className="size-4 fill-current" aria-hidden="true" />
      ) : (
        <ArrowUp className="size-5" aria-hidden="true" />
      )}
    </button>
  );
}
