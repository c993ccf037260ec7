package org.vpnprobe.fuzz;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;

/** Takes bytes apart, or refuses them as declared. */
@FunctionalInterface
interface Decoder {
  void take(byte[] bytes) throws StepFailed, IOException;

  /** The first byte says which decoder, the others are what it gets. */
  static void choose(List<Decoder> decoders, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    int chosen = Byte.toUnsignedInt(bytes[0]) % decoders.size();
    try {
      decoders.get(chosen).take(Arrays.copyOfRange(bytes, 1, bytes.length));
    } catch (StepFailed | InvalidSetting | IOException e) {
      // As declared.
    }
  }
}
