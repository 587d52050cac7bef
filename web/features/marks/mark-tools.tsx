/** The bar over selected words of a source, and the note or card that is made of them. */
import { Suspense, useState, type RefObject } from "react";
import { lazyPart } from "../../lazy-part.tsx";
import { toastError } from "../../ui/toast.tsx";
import { MarkDialog } from "./mark-dialog.tsx";
import { useMarkChanges, type MarkedSource } from "./queries.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useSelectedWords, type Offsets, type SelectedWords } from "./selection.ts";

const CardOfWords = lazyPart(
  () => import("../study/cards/card-of-words.tsx"),
  "CardOfWords",
  "study",
);

export function MarkTools({
  source,
  area,
  offsetsOf,
}: {
  source: MarkedSource;
  area: RefObject<HTMLElement | null>;
  /** The same function until what it reads is another. */
  offsetsOf: (range: Range, root: HTMLElement) => Offsets | undefined;
}) {
  const { add } = useMarkChanges(source);
  const [noted, setNoted] = useState<SelectedWords>();
  const [carded, setCarded] = useState<SelectedWords>();
  const selected = useSelectedWords(area, offsetsOf);
  const done = () => getSelection()?.removeAllRanges();
  const placeOf = ({ start_offset, end_offset }: Offsets) => ({ start_offset, end_offset });
  if (noted)
    return (
      <MarkDialog
        draftKey={`mark:${source.id}:${noted.start_offset}`}
        quote={noted.quote}
        saved={{ note: null, colour: "yellow" }}
        busy={add.isPending}
        error={add.error}
        onSave={({ note, colour }) =>
          add.mutateAsync({
            ...placeOf(noted),
            ...(note === null ? {} : { note }),
            colour: colour ?? "yellow",
          })
        }
        onClose={() => {
          setNoted(undefined);
          done();
        }}
      />
    );
  if (carded)
    return (
      <Suspense>
        <CardOfWords
          words={{ source, ...placeOf(carded), quote: carded.quote }}
          onClose={() => {
            setCarded(undefined);
            done();
          }}
        />
      </Suspense>
    );
  if (!selected) return null;
  return (
    <SelectionBar
      selected={selected}
      onMark={(colour) =>
        add.mutate({ ...placeOf(selected), colour }, { onSuccess: done, onError: toastError })
      }
      onNote={() => setNoted(selected)}
      onCard={() => setCarded(selected)}
    />
  );
}
