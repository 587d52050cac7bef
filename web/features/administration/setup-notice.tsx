/** What an administrator is asked at the first start of an installation: to choose, or to do it later. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { enginesQuery } from "./engines/use-engines.ts";

const LATER = "lm-setup-later";

export function SetupNotice() {
  const { user } = useSession();
  const [isLater, setLater] = useState(wasPutOff);
  if (user?.role !== "administrator" || isLater) return null;
  return (
    <Shown
      putOff={() => {
        try {
          localStorage.setItem(LATER, "1");
        } catch {
          // Storage may be blocked; it is asked again then.
        }
        setLater(true);
      }}
    />
  );
}

function Shown({ putOff }: { putOff: () => void }) {
  const { t } = useTranslation();
  const used = useQuery(enginesQuery).data?.used;
  const missing = used && [
    ...(!used.recognition || used.recognition.rough ? [t("setup.recognition")] : []),
    ...(used.language_model ? [] : [t("setup.language_model")]),
  ];
  if (!missing || missing.length === 0) return null;
  return (
    <section className="mb-8 rounded-2xl border border-line bg-surface p-5">
      <h2 className="font-semibold">{t("setup.title")}</h2>
      <p className="mt-1 text-sm text-soft">{missing.join(" ").replaceAll("。 ", "。")}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Link to="/administration" search={{ tab: "engines" }} className={buttonClass("primary")}>
          {t("setup.open")}
        </Link>
        <Button variant="plain" onClick={putOff}>
          {t("setup.later")}
        </Button>
      </div>
    </section>
  );
}

function wasPutOff() {
  try {
    return localStorage.getItem(LATER) !== null;
  } catch {
    return false;
  }
}
