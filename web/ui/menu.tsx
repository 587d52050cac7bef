/** A menu of actions on Radix: arrow keys, type-ahead, Escape. */
import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { classes } from "./classes.ts";
import { rememberTrigger } from "./opener.ts";

export interface MenuAction {
  label: string;
  icon?: LucideIcon;
  run: () => void;
  danger?: boolean;
  disabled?: boolean;
}

export function Menu({
  trigger,
  actions,
}: {
  trigger: ReactNode;
  actions: (MenuAction | "line" | false)[];
}) {
  // The press opens before the button has the focus.
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <DropdownMenu.Root
      modal={false}
      onOpenChange={(open) => open && rememberTrigger(opener.current)}
    >
      <DropdownMenu.Trigger asChild ref={opener}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-50 min-w-52 animate-appear rounded-xl border border-line bg-surface p-1.5 shadow-float"
        >
          {actions.map((action, index) => {
            if (!action) return null;
            if (action === "line")
              return <DropdownMenu.Separator key={index} className="my-1.5 h-px bg-line" />;
            const { label, icon: Icon, run, danger, disabled } = action;
            return (
              <DropdownMenu.Item
                key={index}
                disabled={disabled ?? false}
                onSelect={run}
                className={classes(
                  "flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-3 text-[0.9375rem] outline-none",
                  "data-[disabled]:cursor-not-allowed data-[disabled]:opacity-40 data-[highlighted]:bg-sunken",
                  danger && "text-danger",
                )}
              >
                {Icon && <Icon className="size-4 shrink-0 opacity-70" aria-hidden="true" />}
                {label}
              </DropdownMenu.Item>
            );
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
