"""From stored data to alerts: new data are evaluated, and the changes of alerts recorded."""
