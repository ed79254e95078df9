import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "react-router";

import { RouterButton } from "../app/RouterButton";
import { useFlashes } from "../notifications/FlashContext";

import styles from "./UploadIndicator.module.css";
import { useUploadSummary } from "./UploadsContext";
import { countText, headline, outcomeText, percentOf, remainingText } from "./wording";

/** Where the uploads stand themselves. */
const uploadsPath = "/uploads";

/** Shows on all other pages how the uploads go on, and tells there when they have come to an end. */
export function UploadIndicator(): ReactNode {
  const { pathname } = useLocation();
  const summary = useUploadSummary();
  const flashes = useFlashes();
  const running = summary.unfinished > 0;
  const elsewhere = pathname !== uploadsPath;
  const wasRunning = useRef(false);
  const outcome = outcomeText(summary);
  const type = summary.counts.failed > 0 ? "error" : "success";
  useEffect(() => {
    if (wasRunning.current && !running && elsewhere && outcome !== "") {
      flashes.show({ id: "uploads", type, header: "Uploads finished", content: outcome, action: <RouterButton href={uploadsPath}>Show</RouterButton> });
    }
    if (running || !elsewhere) {
      flashes.dismiss("uploads");
    }
    wasRunning.current = running;
  }, [elsewhere, flashes, outcome, running, type]);
  if (!running || !elsewhere) {
    return null;
  }
  const remaining = remainingText(summary);
  return (
    <div className={styles.indicator} role="group" aria-label="Uploads">
      <Link className={styles.link} to={uploadsPath}>
        {headline(summary)}: {countText(summary)}
      </Link>
      {remaining !== undefined && <span>{remaining}</span>}
      <progress className={styles.progress} max={100} value={percentOf(summary)} aria-label="Progress of the uploads" />
    </div>
  );
}
