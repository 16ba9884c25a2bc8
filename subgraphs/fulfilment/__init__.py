"""Orders and how they reach people: order management, delivery promises, returns, work in the stores."""
