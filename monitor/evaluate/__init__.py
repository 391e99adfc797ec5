"""From what is stored to alerts: what became known is judged, what follows is recorded."""
