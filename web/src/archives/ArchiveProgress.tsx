import ProgressBar from "@cloudscape-design/components/progress-bar";
import type { ReactNode } from "react";

import { formatBytes, formatCount } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";
import type { ArchiveProgressFragment } from "../gql/graphql";

import { formatDuration, percentOf } from "./progress";
import { useRate } from "./useRate";

const ArchiveProgressOf = graphql(`
  fragment ArchiveProgress on Archive {
    id
    status
    photoCount
    photosDone
    totalBytes
    bytesDone
  }
`);

/** How far an archive is that is not built yet, how fast it goes, and how long that will take. */
export function ArchiveProgress({ archive }: { archive: FragmentType<typeof ArchiveProgressOf> }): ReactNode {
  const progress = readFragment(ArchiveProgressOf, archive);
  const { photoCount, photosDone, totalBytes, bytesDone } = progress;
  const rate = useRate(bytesDone);
  const planned = photoCount > 0;
  return (
    <ProgressBar
      value={percentOf(bytesDone, totalBytes)}
      label={stepOf(progress)}
      description={
        planned
          ? `${formatCount(photosDone)} of ${formatCount(photoCount)} photos, ${formatBytes(bytesDone)} of ${formatBytes(totalBytes)}`
          : "It begins as soon as a worker is free."
      }
      additionalInfo={
        rate === undefined || bytesDone >= totalBytes
          ? "You may leave this page: PAM tells you when it is done."
          : `${formatBytes(rate)} a second, about ${formatDuration(((totalBytes - bytesDone) / rate) * 1000)} left`
      }
    />
  );
}

function stepOf({ status, photoCount, totalBytes, bytesDone }: ArchiveProgressFragment): string {
  if (status === "QUEUED" || photoCount === 0) {
    return "Waiting to be built";
  }
  return bytesDone < totalBytes ? "Packing the photos" : "Closing the zip";
}
