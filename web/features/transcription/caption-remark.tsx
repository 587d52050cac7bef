/** What of supplied captions could not be used. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui/notice.tsx";

export function CaptionRemark({ remark }: { remark: string }) {
  const { t } = useTranslation();
  return <Notice tone="warning">{inLanguage(remark, t)}</Notice>;
}

/** The server's sentences (supply-captions.ts), in the language of the page; one that is not known stays as it is. */
function inLanguage(remark: string, t: TFunction) {
  return remark.replace(
    /(\d+) cues? (had no time|begins? after)[^.]*\./g,
    (_, count: string, what: string) =>
      t(what === "had no time" ? "captions.untimed" : "captions.beyond", { count: Number(count) }),
  );
}
