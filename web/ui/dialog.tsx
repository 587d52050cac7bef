/** A dialog on Radix: it keeps the focus, closes with Escape and gives the focus back. */
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { currentOpener } from "./opener.ts";

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  side = "center",
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** `right`: a panel at the side, full width on a phone. */
  side?: "center" | "right";
}) {
  const { t } = useTranslation();
  const opener = useRef<HTMLElement>(undefined);
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-black/40" />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={() => (opener.current = currentOpener())}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const back = opener.current?.isConnected
              ? opener.current
              : document.getElementById("main");
            back?.focus({ preventScroll: true });
          }}
          className={classes(
            "fixed z-40 flex animate-appear flex-col bg-surface shadow-float outline-none",
            side === "center"
              ? "top-[10vh] left-1/2 max-h-[80vh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 rounded-2xl"
              : "inset-y-0 right-0 w-full max-w-xl sm:rounded-l-2xl",
          )}
        >
          <Primitive.Title dir="auto" className="px-6 pt-6 pe-14 text-lg font-semibold">
            {title}
          </Primitive.Title>
          <div className="min-h-0 overflow-y-auto px-6 pt-1 pb-6">
            {description && (
              <Primitive.Description className="mb-4 text-[0.9375rem] text-soft">
                {description}
              </Primitive.Description>
            )}
            {children}
          </div>
          {/* Last, so that the first field has the focus. */}
          <Primitive.Close asChild>
            <IconButton label={t("common.close")} className="absolute! end-4 top-5">
              <X className="size-5" aria-hidden="true" />
            </IconButton>
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** For what cannot be undone: says what will be gone, and asks once. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirm,
  busy = false,
  onConfirm,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  confirm: string;
  busy?: boolean;
  onConfirm: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      <div className="flex justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>{t("common.cancel")}</Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
