package org.vpnprobe.protocol.openvpn;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.InvalidSetting;

/**
 * A tls-crypt-v2 client key: the key itself (Kc) and the same key wrapped for the server (WKc),
 * which alone can open it.
 */
public final class TlsCryptV2Key {
  /** WKc: tag 32, encrypted Kc 256, length 2 (tls_crypt.h: TLS_CRYPT_V2_MIN_WKC_LEN). */
  private static final int MIN_WRAPPED = 32 + StaticKey.LENGTH + 2;

  private static final int MAX_WRAPPED = 1024;
  private static final Pattern FILE =
      Pattern.compile(
          "-----BEGIN OpenVPN tls-crypt-v2 client key-----([A-Za-z0-9+/=\\s]*)"
              + "-----END OpenVPN tls-crypt-v2 client key-----");

  private final StaticKey key;
  private final byte[] wrapped;

  private TlsCryptV2Key(StaticKey key, byte[] wrapped) {
    this.key = key;
    this.wrapped = wrapped;
  }

  /**
   * Reads the text of a client key file as {@code openvpn --genkey tls-crypt-v2-client} writes it.
   *
   * @param setting the YAML key to name in the error
   */
  public static TlsCryptV2Key parse(String setting, String text) {
    Matcher file = FILE.matcher(text);
    if (!file.find()) {
      throw new InvalidSetting(
          setting, "expected the text of a key file with BEGIN OpenVPN tls-crypt-v2 client key");
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(file.group(1));
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(setting, "the client key is not base64");
    }
    int wrappedLength = bytes.length - StaticKey.LENGTH;
    if (wrappedLength < MIN_WRAPPED
        || wrappedLength > MAX_WRAPPED
        || ((bytes[bytes.length - 2] & 0xff) << 8 | (bytes[bytes.length - 1] & 0xff))
            != wrappedLength) {
      throw new InvalidSetting(setting, "the client key has not the length of one: is it cut?");
    }
    return new TlsCryptV2Key(
        StaticKey.of(Arrays.copyOf(bytes, StaticKey.LENGTH)),
        Arrays.copyOfRange(bytes, StaticKey.LENGTH, bytes.length));
  }

  public StaticKey key() {
    return key;
  }

  /** The wrapped key as it goes over the wire; public. */
  public byte[] wrapped() {
    return wrapped.clone();
  }

  @Override
  public String toString() {
    return "TlsCryptV2Key[«secret»]";
  }
}
