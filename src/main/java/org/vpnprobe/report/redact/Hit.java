package org.vpnprobe.report.redact;

/** What stands in a text up to an index, and what comes in its place. */
record Hit(int end, String instead) {}
