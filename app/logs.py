"""Log lines as JSON on stderr: time, level, event and what belongs to it. Never keys, tokens or people's data."""

import logging
import sys

import structlog


def configure() -> None:
    """Set up logging of the process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
