package org.vpnprobe.net;

import java.util.Arrays;
import java.util.Random;
import org.vpnprobe.model.Family;

/** For the fuzzer: a resolver's answer to a question, with the id that was asked with. */
public final class DnsReading {
  private DnsReading() {}

  /** Reads the bytes as what follows the id. */
  public static void take(byte[] bytes) throws StepFailed {
    DnsQuestion question = DnsQuestion.of("vpn.example", Family.IP4, new Random(1));
    byte[] message = Arrays.copyOf(question.bytes(), 2 + bytes.length);
    System.arraycopy(bytes, 0, message, 2, bytes.length);
    try {
      DnsReply reply = DnsReply.parse(message, question);
      reply.describe();
      reply.result();
    } catch (DnsReply.NotOurs e) {
      // As declared.
    }
  }
}
