"""What people see: server-rendered pages that need no script; script only makes them nicer."""
