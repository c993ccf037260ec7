package org.vpnprobe.layer.quic;

import java.util.List;
import java.util.Map;
import org.vpnprobe.net.StepFailed;

/** For the fuzzer: what an HTTP/3 server says on the stream of a request. */
public final class Http3Reading {
  private static final int BODY = 1 << 16;

  private Http3Reading() {}

  /** Reads the bytes as an answer, head and body. */
  public static void take(byte[] bytes) throws StepFailed {
    try (Http3 answer = Http3.ask(new Told(bytes), List.of(Map.entry(":method", "GET")))) {
      answer.values("Date");
      answer.body(BODY);
    }
  }

  /** Reads the bytes as the fields of a head. */
  public static void fields(byte[] bytes) throws StepFailed {
    KwikFields.decode(bytes);
  }
}
