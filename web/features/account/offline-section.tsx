/** What lies on this device, how much of its room that is, and how to give it back. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { dropThing, useCanKeep, useKeptThings } from "../../offline/kept-things.ts";
import { Button } from "../../ui/button.tsx";
import { bytes } from "../../ui/format.ts";
import { toastError } from "../../ui/toast.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";

export function OfflineSection() {
  const { t } = useTranslation();
  const things = useKeptThings();
  const canKeep = useCanKeep();
  const space = useQuery({
    queryKey: ["device-space", things.length],
    queryFn: () => navigator.storage.estimate(),
    enabled: canKeep,
  }).data;
  return (
    <Section title={t("offline.title")} lead={t(canKeep ? "offline.lead" : "offline.cannot")}>
      {space?.quota !== undefined && (
        <p className="text-sm">
          {t("offline.space", { used: bytes(space.usage ?? 0), of: bytes(space.quota) })}
        </p>
      )}
      <ul className={rows}>
        {things.map(({ id, title, bytes: size }) => (
          <Row
            key={id}
            title={title}
            detail={size > 0 ? bytes(size) : undefined}
            action={
              <Button size="small" onClick={() => void dropThing(id).catch(toastError)}>
                {t("offline.drop")}
              </Button>
            }
          />
        ))}
      </ul>
    </Section>
  );
}
