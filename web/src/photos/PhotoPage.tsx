import { useQuery } from "@apollo/client/react";
import type { ReactNode } from "react";
import { useParams } from "react-router";

import { problemOf } from "../api/problem";
import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql } from "../gql";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { NotFoundState } from "../states/NotFoundState";

import { PhotoDetails } from "./PhotoDetails";

const query = graphql(`
  query Photo($id: ID!) {
    photo(id: $id) {
      id
      fileName
      ...PhotoDetails
    }
  }
`);

/** One photo: the picture, what it shows, and what is known of the file. */
export function PhotoPage(): ReactNode {
  const { id = "" } = useParams();
  const result = useQuery(query, { variables: { id } });
  const { data, error, refetch } = result;
  if (error !== undefined && problemOf(error).code === "NOT_FOUND") {
    return (
      <Page title="Photo">
        <NotFoundState title="There is no such photo">It may have been deleted.</NotFoundState>
      </Page>
    );
  }
  return (
    <Page title={data?.photo?.fileName ?? "Photo"}>
      {viewOf(result) === "loading" && <LoadingState label="Loading the photo" />}
      {viewOf(result) === "failed" && <ErrorState title="The photo could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data?.photo && <PhotoDetails photo={data.photo} />}
    </Page>
  );
}
