// The explorer: GraphiQL over the gateway that serves this page. Everything it needs is in the build.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';

const WELCOME = `# Channelgraph
#
# Ask on the left, see on the right; the book icon opens the schema's documentation.
# \`channelgraph token --customer ID\` prints a token. Send it under "Headers":
#
#   { "authorization": "Bearer …", "channelgraph-channel": "web" }

query First {
  __typename
}
`;

const fetcher = createGraphiQLFetcher({ url: new URL('../graphql', window.location.href).href });

createRoot(document.getElementById('explorer')).render(
  createElement(GraphiQL, { fetcher, defaultQuery: WELCOME, defaultEditorToolsVisibility: 'headers' }),
);
