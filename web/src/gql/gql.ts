/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ArchiveDetails on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    failure {\n      code\n      message\n    }\n    ...ArchiveState\n    ...ArchiveProgress\n    ...SkippedPhotos\n  }\n": typeof types.ArchiveDetailsFragmentDoc,
    "\n  query Archive($id: ID!) {\n    archive(id: $id) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n": typeof types.ArchiveDocument,
    "\n  subscription ArchiveChanges($id: ID!) {\n    archive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n": typeof types.ArchiveChangesDocument,
    "\n  fragment ArchiveProgress on Archive {\n    id\n    status\n    photoCount\n    photosDone\n    totalBytes\n    bytesDone\n  }\n": typeof types.ArchiveProgressFragmentDoc,
    "\n  fragment ArchiveState on Archive {\n    id\n    status\n    photoCount\n    photosDone\n  }\n": typeof types.ArchiveStateFragmentDoc,
    "\n  query Archives($after: String) {\n    archives(first: 20, after: $after) {\n      nodes {\n        id\n        status\n        ...ArchiveRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.ArchivesDocument,
    "\n  mutation CancelArchive($id: ID!) {\n    cancelArchive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n": typeof types.CancelArchiveDocument,
    "\n  query ArchiveLink($id: ID!) {\n    archive(id: $id) {\n      id\n      downloadUrl\n    }\n  }\n": typeof types.ArchiveLinkDocument,
    "\n  query ArchivePlan($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n    archives(first: 1) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ArchivePlanDocument,
    "\n  fragment SkippedPhotos on Archive {\n    id\n    skipped {\n      photoId\n      fileName\n      reason\n    }\n  }\n": typeof types.SkippedPhotosFragmentDoc,
    "\n  fragment ArchiveRow on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    ...ArchiveState\n  }\n": typeof types.ArchiveRowFragmentDoc,
    "\n  mutation RequestArchive($input: RequestArchiveInput!) {\n    requestArchive(input: $input) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n": typeof types.RequestArchiveDocument,
    "\n  query Home {\n    me {\n      id\n      photoCount\n      pendingCount\n      rejectedCount\n    }\n    ...Summary\n  }\n": typeof types.HomeDocument,
    "\n  fragment Summary on Query {\n    me {\n      id\n      photoCount\n      storedBytes\n      pendingCount\n      rejectedCount\n    }\n    labels(first: 8) {\n      nodes {\n        id\n        name\n        count\n      }\n      totalCount\n    }\n    archives(first: 4) {\n      nodes {\n        id\n        name\n        createdAt\n        ...ArchiveState\n      }\n    }\n  }\n": typeof types.SummaryFragmentDoc,
    "\n  query SelectionPreview($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n  }\n": typeof types.SelectionPreviewDocument,
    "\n  fragment LabelRow on Label {\n    id\n    name\n    count\n    parents\n    categories\n  }\n": typeof types.LabelRowFragmentDoc,
    "\n  query Labels($first: Int!, $after: String, $search: String, $minConfidence: Int!, $orderBy: LabelOrder!) {\n    labels(first: $first, after: $after, search: $search, minConfidence: $minConfidence, orderBy: $orderBy) {\n      nodes {\n        id\n        ...LabelRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.LabelsDocument,
    "\n  subscription LabelChanges($minConfidence: Int!) {\n    labels(minConfidence: $minConfidence) {\n      changed {\n        id\n        ...LabelRow\n      }\n      at\n    }\n  }\n": typeof types.LabelChangesDocument,
    "\n  mutation NotifyMe {\n    notifyMe(channel: EMAIL) {\n      channel\n      address\n      confirmed\n    }\n  }\n": typeof types.NotifyMeDocument,
    "\n  query Notices($after: String) {\n    notices(first: 20, after: $after) {\n      nodes {\n        id\n        at\n        ...NoticeRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.NoticesDocument,
    "\n  query LatestNotices {\n    notices(first: 20) {\n      nodes {\n        id\n        kind\n        at\n        archive {\n          id\n          name\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.LatestNoticesDocument,
    "\n  fragment NoticeRow on Notice {\n    id\n    kind\n    at\n    archive {\n      id\n      name\n    }\n  }\n": typeof types.NoticeRowFragmentDoc,
    "\n  query Original($id: ID!) {\n    photo(id: $id) {\n      id\n      url\n    }\n  }\n": typeof types.OriginalDocument,
    "\n  fragment PhotoDetails on Photo {\n    id\n    fileName\n    size\n    width\n    height\n    uploadedAt\n    takenAt\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n    ...PhotoLabels\n  }\n": typeof types.PhotoDetailsFragmentDoc,
    "\n  fragment PhotoLabels on Photo {\n    id\n    labels {\n      name\n      confidence\n      parents\n    }\n  }\n": typeof types.PhotoLabelsFragmentDoc,
    "\n  query Photo($id: ID!) {\n    photo(id: $id) {\n      id\n      fileName\n      status\n      ...PhotoDetails\n    }\n  }\n": typeof types.PhotoDocument,
    "\n  fragment PhotoTile on Photo {\n    id\n    fileName\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n  }\n": typeof types.PhotoTileFragmentDoc,
    "\n  mutation DeletePhotos($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n      notFoundIds\n    }\n  }\n": typeof types.DeletePhotosDocument,
    "\n  query Photos($match: LabelMatch, $status: PhotoStatus, $orderBy: PhotoOrder!, $after: String) {\n    photos(match: $match, status: $status, orderBy: $orderBy, first: 100, after: $after) {\n      nodes {\n        id\n        status\n        ...PhotoTile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.PhotosDocument,
    "\n  query Thumbnail($id: ID!) {\n    photo(id: $id) {\n      id\n      thumbnailUrl\n    }\n  }\n": typeof types.ThumbnailDocument,
    "\n  query Uploads {\n    pending: photos(status: PENDING, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n    rejected: photos(status: REJECTED, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n  }\n": typeof types.UploadsDocument,
    "\n  mutation BeginUploads($inputs: [UploadUrlInput!]!) {\n    uploadUrls(inputs: $inputs) {\n      uploadUrl {\n        photo {\n          id\n        }\n        duplicateOf {\n          id\n          fileName\n        }\n        url\n        method\n        headers {\n          name\n          value\n        }\n      }\n      error {\n        code\n        message\n      }\n    }\n  }\n": typeof types.BeginUploadsDocument,
    "\n  mutation DiscardUploads($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n    }\n  }\n": typeof types.DiscardUploadsDocument,
};
const documents: Documents = {
    "\n  fragment ArchiveDetails on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    failure {\n      code\n      message\n    }\n    ...ArchiveState\n    ...ArchiveProgress\n    ...SkippedPhotos\n  }\n": types.ArchiveDetailsFragmentDoc,
    "\n  query Archive($id: ID!) {\n    archive(id: $id) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n": types.ArchiveDocument,
    "\n  subscription ArchiveChanges($id: ID!) {\n    archive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n": types.ArchiveChangesDocument,
    "\n  fragment ArchiveProgress on Archive {\n    id\n    status\n    photoCount\n    photosDone\n    totalBytes\n    bytesDone\n  }\n": types.ArchiveProgressFragmentDoc,
    "\n  fragment ArchiveState on Archive {\n    id\n    status\n    photoCount\n    photosDone\n  }\n": types.ArchiveStateFragmentDoc,
    "\n  query Archives($after: String) {\n    archives(first: 20, after: $after) {\n      nodes {\n        id\n        status\n        ...ArchiveRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.ArchivesDocument,
    "\n  mutation CancelArchive($id: ID!) {\n    cancelArchive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n": types.CancelArchiveDocument,
    "\n  query ArchiveLink($id: ID!) {\n    archive(id: $id) {\n      id\n      downloadUrl\n    }\n  }\n": types.ArchiveLinkDocument,
    "\n  query ArchivePlan($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n    archives(first: 1) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ArchivePlanDocument,
    "\n  fragment SkippedPhotos on Archive {\n    id\n    skipped {\n      photoId\n      fileName\n      reason\n    }\n  }\n": types.SkippedPhotosFragmentDoc,
    "\n  fragment ArchiveRow on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    ...ArchiveState\n  }\n": types.ArchiveRowFragmentDoc,
    "\n  mutation RequestArchive($input: RequestArchiveInput!) {\n    requestArchive(input: $input) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n": types.RequestArchiveDocument,
    "\n  query Home {\n    me {\n      id\n      photoCount\n      pendingCount\n      rejectedCount\n    }\n    ...Summary\n  }\n": types.HomeDocument,
    "\n  fragment Summary on Query {\n    me {\n      id\n      photoCount\n      storedBytes\n      pendingCount\n      rejectedCount\n    }\n    labels(first: 8) {\n      nodes {\n        id\n        name\n        count\n      }\n      totalCount\n    }\n    archives(first: 4) {\n      nodes {\n        id\n        name\n        createdAt\n        ...ArchiveState\n      }\n    }\n  }\n": types.SummaryFragmentDoc,
    "\n  query SelectionPreview($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n  }\n": types.SelectionPreviewDocument,
    "\n  fragment LabelRow on Label {\n    id\n    name\n    count\n    parents\n    categories\n  }\n": types.LabelRowFragmentDoc,
    "\n  query Labels($first: Int!, $after: String, $search: String, $minConfidence: Int!, $orderBy: LabelOrder!) {\n    labels(first: $first, after: $after, search: $search, minConfidence: $minConfidence, orderBy: $orderBy) {\n      nodes {\n        id\n        ...LabelRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.LabelsDocument,
    "\n  subscription LabelChanges($minConfidence: Int!) {\n    labels(minConfidence: $minConfidence) {\n      changed {\n        id\n        ...LabelRow\n      }\n      at\n    }\n  }\n": types.LabelChangesDocument,
    "\n  mutation NotifyMe {\n    notifyMe(channel: EMAIL) {\n      channel\n      address\n      confirmed\n    }\n  }\n": types.NotifyMeDocument,
    "\n  query Notices($after: String) {\n    notices(first: 20, after: $after) {\n      nodes {\n        id\n        at\n        ...NoticeRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.NoticesDocument,
    "\n  query LatestNotices {\n    notices(first: 20) {\n      nodes {\n        id\n        kind\n        at\n        archive {\n          id\n          name\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.LatestNoticesDocument,
    "\n  fragment NoticeRow on Notice {\n    id\n    kind\n    at\n    archive {\n      id\n      name\n    }\n  }\n": types.NoticeRowFragmentDoc,
    "\n  query Original($id: ID!) {\n    photo(id: $id) {\n      id\n      url\n    }\n  }\n": types.OriginalDocument,
    "\n  fragment PhotoDetails on Photo {\n    id\n    fileName\n    size\n    width\n    height\n    uploadedAt\n    takenAt\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n    ...PhotoLabels\n  }\n": types.PhotoDetailsFragmentDoc,
    "\n  fragment PhotoLabels on Photo {\n    id\n    labels {\n      name\n      confidence\n      parents\n    }\n  }\n": types.PhotoLabelsFragmentDoc,
    "\n  query Photo($id: ID!) {\n    photo(id: $id) {\n      id\n      fileName\n      status\n      ...PhotoDetails\n    }\n  }\n": types.PhotoDocument,
    "\n  fragment PhotoTile on Photo {\n    id\n    fileName\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n  }\n": types.PhotoTileFragmentDoc,
    "\n  mutation DeletePhotos($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n      notFoundIds\n    }\n  }\n": types.DeletePhotosDocument,
    "\n  query Photos($match: LabelMatch, $status: PhotoStatus, $orderBy: PhotoOrder!, $after: String) {\n    photos(match: $match, status: $status, orderBy: $orderBy, first: 100, after: $after) {\n      nodes {\n        id\n        status\n        ...PhotoTile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.PhotosDocument,
    "\n  query Thumbnail($id: ID!) {\n    photo(id: $id) {\n      id\n      thumbnailUrl\n    }\n  }\n": types.ThumbnailDocument,
    "\n  query Uploads {\n    pending: photos(status: PENDING, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n    rejected: photos(status: REJECTED, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n  }\n": types.UploadsDocument,
    "\n  mutation BeginUploads($inputs: [UploadUrlInput!]!) {\n    uploadUrls(inputs: $inputs) {\n      uploadUrl {\n        photo {\n          id\n        }\n        duplicateOf {\n          id\n          fileName\n        }\n        url\n        method\n        headers {\n          name\n          value\n        }\n      }\n      error {\n        code\n        message\n      }\n    }\n  }\n": types.BeginUploadsDocument,
    "\n  mutation DiscardUploads($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n    }\n  }\n": types.DiscardUploadsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArchiveDetails on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    failure {\n      code\n      message\n    }\n    ...ArchiveState\n    ...ArchiveProgress\n    ...SkippedPhotos\n  }\n"): (typeof documents)["\n  fragment ArchiveDetails on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    failure {\n      code\n      message\n    }\n    ...ArchiveState\n    ...ArchiveProgress\n    ...SkippedPhotos\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Archive($id: ID!) {\n    archive(id: $id) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n"): (typeof documents)["\n  query Archive($id: ID!) {\n    archive(id: $id) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ArchiveChanges($id: ID!) {\n    archive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n"): (typeof documents)["\n  subscription ArchiveChanges($id: ID!) {\n    archive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArchiveProgress on Archive {\n    id\n    status\n    photoCount\n    photosDone\n    totalBytes\n    bytesDone\n  }\n"): (typeof documents)["\n  fragment ArchiveProgress on Archive {\n    id\n    status\n    photoCount\n    photosDone\n    totalBytes\n    bytesDone\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArchiveState on Archive {\n    id\n    status\n    photoCount\n    photosDone\n  }\n"): (typeof documents)["\n  fragment ArchiveState on Archive {\n    id\n    status\n    photoCount\n    photosDone\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Archives($after: String) {\n    archives(first: 20, after: $after) {\n      nodes {\n        id\n        status\n        ...ArchiveRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Archives($after: String) {\n    archives(first: 20, after: $after) {\n      nodes {\n        id\n        status\n        ...ArchiveRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelArchive($id: ID!) {\n    cancelArchive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n"): (typeof documents)["\n  mutation CancelArchive($id: ID!) {\n    cancelArchive(id: $id) {\n      id\n      status\n      ...ArchiveDetails\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ArchiveLink($id: ID!) {\n    archive(id: $id) {\n      id\n      downloadUrl\n    }\n  }\n"): (typeof documents)["\n  query ArchiveLink($id: ID!) {\n    archive(id: $id) {\n      id\n      downloadUrl\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ArchivePlan($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n    archives(first: 1) {\n      nodes {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  query ArchivePlan($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n    archives(first: 1) {\n      nodes {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SkippedPhotos on Archive {\n    id\n    skipped {\n      photoId\n      fileName\n      reason\n    }\n  }\n"): (typeof documents)["\n  fragment SkippedPhotos on Archive {\n    id\n    skipped {\n      photoId\n      fileName\n      reason\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArchiveRow on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    ...ArchiveState\n  }\n"): (typeof documents)["\n  fragment ArchiveRow on Archive {\n    id\n    name\n    status\n    photoCount\n    totalBytes\n    size\n    createdAt\n    expiresAt\n    ...ArchiveState\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestArchive($input: RequestArchiveInput!) {\n    requestArchive(input: $input) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n"): (typeof documents)["\n  mutation RequestArchive($input: RequestArchiveInput!) {\n    requestArchive(input: $input) {\n      id\n      name\n      status\n      ...ArchiveDetails\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Home {\n    me {\n      id\n      photoCount\n      pendingCount\n      rejectedCount\n    }\n    ...Summary\n  }\n"): (typeof documents)["\n  query Home {\n    me {\n      id\n      photoCount\n      pendingCount\n      rejectedCount\n    }\n    ...Summary\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Summary on Query {\n    me {\n      id\n      photoCount\n      storedBytes\n      pendingCount\n      rejectedCount\n    }\n    labels(first: 8) {\n      nodes {\n        id\n        name\n        count\n      }\n      totalCount\n    }\n    archives(first: 4) {\n      nodes {\n        id\n        name\n        createdAt\n        ...ArchiveState\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment Summary on Query {\n    me {\n      id\n      photoCount\n      storedBytes\n      pendingCount\n      rejectedCount\n    }\n    labels(first: 8) {\n      nodes {\n        id\n        name\n        count\n      }\n      totalCount\n    }\n    archives(first: 4) {\n      nodes {\n        id\n        name\n        createdAt\n        ...ArchiveState\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SelectionPreview($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n  }\n"): (typeof documents)["\n  query SelectionPreview($match: LabelMatch!) {\n    archivePreview(match: $match) {\n      photoCount\n      totalBytes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LabelRow on Label {\n    id\n    name\n    count\n    parents\n    categories\n  }\n"): (typeof documents)["\n  fragment LabelRow on Label {\n    id\n    name\n    count\n    parents\n    categories\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Labels($first: Int!, $after: String, $search: String, $minConfidence: Int!, $orderBy: LabelOrder!) {\n    labels(first: $first, after: $after, search: $search, minConfidence: $minConfidence, orderBy: $orderBy) {\n      nodes {\n        id\n        ...LabelRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Labels($first: Int!, $after: String, $search: String, $minConfidence: Int!, $orderBy: LabelOrder!) {\n    labels(first: $first, after: $after, search: $search, minConfidence: $minConfidence, orderBy: $orderBy) {\n      nodes {\n        id\n        ...LabelRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LabelChanges($minConfidence: Int!) {\n    labels(minConfidence: $minConfidence) {\n      changed {\n        id\n        ...LabelRow\n      }\n      at\n    }\n  }\n"): (typeof documents)["\n  subscription LabelChanges($minConfidence: Int!) {\n    labels(minConfidence: $minConfidence) {\n      changed {\n        id\n        ...LabelRow\n      }\n      at\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation NotifyMe {\n    notifyMe(channel: EMAIL) {\n      channel\n      address\n      confirmed\n    }\n  }\n"): (typeof documents)["\n  mutation NotifyMe {\n    notifyMe(channel: EMAIL) {\n      channel\n      address\n      confirmed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Notices($after: String) {\n    notices(first: 20, after: $after) {\n      nodes {\n        id\n        at\n        ...NoticeRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Notices($after: String) {\n    notices(first: 20, after: $after) {\n      nodes {\n        id\n        at\n        ...NoticeRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LatestNotices {\n    notices(first: 20) {\n      nodes {\n        id\n        kind\n        at\n        archive {\n          id\n          name\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query LatestNotices {\n    notices(first: 20) {\n      nodes {\n        id\n        kind\n        at\n        archive {\n          id\n          name\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment NoticeRow on Notice {\n    id\n    kind\n    at\n    archive {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment NoticeRow on Notice {\n    id\n    kind\n    at\n    archive {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Original($id: ID!) {\n    photo(id: $id) {\n      id\n      url\n    }\n  }\n"): (typeof documents)["\n  query Original($id: ID!) {\n    photo(id: $id) {\n      id\n      url\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PhotoDetails on Photo {\n    id\n    fileName\n    size\n    width\n    height\n    uploadedAt\n    takenAt\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n    ...PhotoLabels\n  }\n"): (typeof documents)["\n  fragment PhotoDetails on Photo {\n    id\n    fileName\n    size\n    width\n    height\n    uploadedAt\n    takenAt\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n    ...PhotoLabels\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PhotoLabels on Photo {\n    id\n    labels {\n      name\n      confidence\n      parents\n    }\n  }\n"): (typeof documents)["\n  fragment PhotoLabels on Photo {\n    id\n    labels {\n      name\n      confidence\n      parents\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Photo($id: ID!) {\n    photo(id: $id) {\n      id\n      fileName\n      status\n      ...PhotoDetails\n    }\n  }\n"): (typeof documents)["\n  query Photo($id: ID!) {\n    photo(id: $id) {\n      id\n      fileName\n      status\n      ...PhotoDetails\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PhotoTile on Photo {\n    id\n    fileName\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n  }\n"): (typeof documents)["\n  fragment PhotoTile on Photo {\n    id\n    fileName\n    status\n    thumbnailUrl\n    rejection {\n      code\n      message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeletePhotos($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n      notFoundIds\n    }\n  }\n"): (typeof documents)["\n  mutation DeletePhotos($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n      notFoundIds\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Photos($match: LabelMatch, $status: PhotoStatus, $orderBy: PhotoOrder!, $after: String) {\n    photos(match: $match, status: $status, orderBy: $orderBy, first: 100, after: $after) {\n      nodes {\n        id\n        status\n        ...PhotoTile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Photos($match: LabelMatch, $status: PhotoStatus, $orderBy: PhotoOrder!, $after: String) {\n    photos(match: $match, status: $status, orderBy: $orderBy, first: 100, after: $after) {\n      nodes {\n        id\n        status\n        ...PhotoTile\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Thumbnail($id: ID!) {\n    photo(id: $id) {\n      id\n      thumbnailUrl\n    }\n  }\n"): (typeof documents)["\n  query Thumbnail($id: ID!) {\n    photo(id: $id) {\n      id\n      thumbnailUrl\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Uploads {\n    pending: photos(status: PENDING, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n    rejected: photos(status: REJECTED, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Uploads {\n    pending: photos(status: PENDING, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n    rejected: photos(status: REJECTED, first: 50) {\n      nodes {\n        id\n        ...PhotoTile\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BeginUploads($inputs: [UploadUrlInput!]!) {\n    uploadUrls(inputs: $inputs) {\n      uploadUrl {\n        photo {\n          id\n        }\n        duplicateOf {\n          id\n          fileName\n        }\n        url\n        method\n        headers {\n          name\n          value\n        }\n      }\n      error {\n        code\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation BeginUploads($inputs: [UploadUrlInput!]!) {\n    uploadUrls(inputs: $inputs) {\n      uploadUrl {\n        photo {\n          id\n        }\n        duplicateOf {\n          id\n          fileName\n        }\n        url\n        method\n        headers {\n          name\n          value\n        }\n      }\n      error {\n        code\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DiscardUploads($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n    }\n  }\n"): (typeof documents)["\n  mutation DiscardUploads($ids: [ID!]!) {\n    deletePhotos(ids: $ids) {\n      deletedIds\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;