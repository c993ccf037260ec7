package org.vpnprobe.engine;

import java.time.Instant;

/** The last line of a journal whose run came to an end of its own, or was told to end. */
record JournalEnd(Instant finishedAt, Run.Ending ending) {}
