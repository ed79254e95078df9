// Apollo Server, stand-alone as its documentation begins, with jose.
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { serveControl } from './control.mjs'
import { resolvers, typeDefs } from './labels.mjs'
import { byJose } from './tokens.mjs'

const verify = byJose()
const { url } = await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ caller: await verify(req.headers.authorization) })
})
serveControl(new URL(url).port)
