// The list of labels as a careful peer would serve it from memory. The list does not change, so it is put in order once
// for each threshold and order, not at each request as PAM does.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GraphQLError } from 'graphql'
import { settings } from './settings.mjs'

const counts = JSON.parse(readFileSync(settings.labels, 'utf8'))
const lists = new Map()

const refuse = (code, message) => new GraphQLError(message, { extensions: { code } })
const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
const orders = { COUNT_DESC: (a, b) => b.count - a.count || byName(a, b), NAME_ASC: byName }

function inOrder(minConfidence, orderBy) {
  const key = `${minConfidence} ${orderBy}`
  if (!lists.has(key)) {
    const list = []
    for (const { name, parents, categories, buckets } of counts) {
      const count = buckets.slice((minConfidence - 50) / 5).reduce((sum, n) => sum + n, 0)
      if (count > 0) list.push({ id: `${name}@${minConfidence}`, name, count, parents, categories })
    }
    lists.set(key, list.sort(orders[orderBy]))
  }
  return lists.get(key)
}

// The name of a list in its cursors, and the cursors themselves, are those of PAM: answers are compared byte by byte.
function listID(...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest().subarray(0, 12)
}

const cursorOf = (list, label) => Buffer.concat([list, Buffer.from(`${label.count} ${label.name}`)]).toString('base64url')

function positionIn(list, cursor) {
  const bytes = Buffer.from(cursor, 'base64url')
  const [, count, name] = /^(\d+) (.+)$/s.exec(bytes.subarray(list.length).toString()) ?? []
  if (name === undefined || !bytes.subarray(0, list.length).equals(list)) {
    throw refuse('BAD_USER_INPUT', 'after is not a cursor of this list')
  }
  return { count: Number(count), name }
}

// labelsOf gives a page of the owner's labels.
function labelsOf(owner, { first, after, search, minConfidence, orderBy }) {
  if (!(first >= 1 && first <= 500)) throw refuse('BAD_USER_INPUT', 'first must be 1 to 500')
  if (!(minConfidence >= 50 && minConfidence <= 95 && minConfidence % 5 === 0)) {
    throw refuse('BAD_USER_INPUT', 'minConfidence must be 50 to 95 in steps of 5')
  }
  let all = inOrder(minConfidence, orderBy)
  if (search) all = all.filter(label => label.name.toLowerCase().includes(search.toLowerCase()))
  const list = listID('labels', owner, search ?? '', String(minConfidence), orderBy)
  let from = 0
  if (after != null) {
    const position = positionIn(list, after)
    from = all.findIndex(label => orders[orderBy](label, position) > 0)
    if (from < 0) from = all.length
  }
  const nodes = all.slice(from, from + first)
  return {
    nodes,
    totalCount: all.length,
    pageInfo: {
      hasNextPage: from + first < all.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length ? cursorOf(list, nodes[0]) : null,
      endCursor: nodes.length ? cursorOf(list, nodes.at(-1)) : null
    }
  }
}

export const typeDefs = readFileSync(settings.contract, 'utf8')

export const resolvers = {
  Query: {
    labels(_, args, { caller }) {
      if (!caller.scopes.includes('pam/labels.read')) throw refuse('FORBIDDEN', 'this needs the scope pam/labels.read')
      return labelsOf(caller.owner, args)
    }
  }
}
