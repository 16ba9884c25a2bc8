"""GraphQL over WebSocket (`graphql-transport-ws`): frames, a connection, and the conversation over it."""
