"""The Open Badges 3.0 API as provider (https://www.imsglobal.org/spec/ob/v3p0/#api): badges for hosts."""
