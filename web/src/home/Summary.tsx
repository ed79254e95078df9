import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";
import { RouterLink } from "../app/RouterLink";
import { ArchiveState } from "../archives/ArchiveState";
import { formatBytes, formatCount, formatDistance } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";
import { addressOf, defaultConfidence } from "../photos/selection";

import styles from "./Summary.module.css";

const SummaryFragment = graphql(`
  fragment Summary on Query {
    me {
      id
      photoCount
      storedBytes
      pendingCount
      rejectedCount
    }
    labels(first: 8) {
      nodes {
        id
        name
        count
      }
      totalCount
    }
    archives(first: 4) {
      nodes {
        id
        name
        createdAt
        ...ArchiveState
      }
    }
  }
`);

/** What a person's photos come to: numbers, the labels that most of them carry, and the latest archives. */
export function Summary({ data }: { data: FragmentType<typeof SummaryFragment> }): ReactNode {
  const { me, labels, archives } = readFragment(SummaryFragment, data);
  // The cache may hold more archives than were asked for here.
  const latest = archives.nodes.slice(0, 4);
  return (
    <SpaceBetween size="l">
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Photos", value: <Figure count={me.photoCount} href="/photos?status=labelled" /> },
            { label: "Stored", value: <Box variant="awsui-value-large">{formatBytes(me.storedBytes)}</Box> },
            { label: "Being labelled", value: <Figure count={me.pendingCount} href="/photos?status=pending" /> },
            { label: "Refused", value: <Figure count={me.rejectedCount} href="/photos?status=rejected" /> },
          ]}
        />
      </Container>
      <ColumnLayout columns={2}>
        <Container
          fitHeight
          header={
            <Header variant="h2" counter={`(${formatCount(labels.totalCount)})`} actions={<RouterButton href="/labels">Pick labels</RouterButton>}>
              Top labels
            </Header>
          }
        >
          {labels.nodes.length === 0 ? (
            <Box color="text-body-secondary">They appear as soon as your first photos are labelled.</Box>
          ) : (
            <ul className={styles.list}>
              {labels.nodes.map(({ id, name, count }) => (
                <li key={id} className={styles.line}>
                  <RouterLink href={addressOf("/photos", { any: [name], all: [], none: [], minConfidence: defaultConfidence })}>{name}</RouterLink>
                  <span className={styles.number}>{formatCount(count)}</span>
                </li>
              ))}
            </ul>
          )}
        </Container>
        <Container fitHeight header={<Header variant="h2" actions={<RouterButton href="/archives">All archives</RouterButton>}>Latest archives</Header>}>
          {latest.length === 0 ? (
            <Box color="text-body-secondary">None yet. Pick labels, and get all photos that carry them in one zip.</Box>
          ) : (
            <ul className={styles.list}>
              {latest.map((archive) => (
                <li key={archive.id} className={styles.line}>
                  <span className={styles.name}>
                    <RouterLink href={`/archives/${archive.id}`}>{archive.name}</RouterLink>
                    <Box color="text-body-secondary" fontSize="body-s">
                      {formatDistance(archive.createdAt)}
                    </Box>
                  </span>
                  <ArchiveState archive={archive} />
                </li>
              ))}
            </ul>
          )}
        </Container>
      </ColumnLayout>
    </SpaceBetween>
  );
}

/** A number that leads to the photos that it counts. */
function Figure({ count, href }: { count: number; href: string }): ReactNode {
  return count === 0 ? (
    <Box variant="awsui-value-large">0</Box>
  ) : (
    <RouterLink variant="awsui-value-large" href={href}>
      {formatCount(count)}
    </RouterLink>
  );
}
