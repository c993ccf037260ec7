package org.vpnprobe.config.imports.proxies;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.vpnprobe.config.imports.Span;

/** A piece of text and where it begins. */
record Part(String text, Span at) {
  /** A piece of this one, which stands on one line. */
  Part from(int begin, int end) {
    return new Part(text.substring(begin, end), Span.at(at.first(), at.column() + begin));
  }

  /**
   * Without percent-encoding (RFC 3986 section 2.1). A plus sign stays one: in keys it is base64.
   */
  Part decoded() throws NotImported {
    if (text.indexOf('%') < 0) {
      return this;
    }
    try {
      byte[] bytes = bytes();
      return new Part(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), at);
    } catch (CharacterCodingException e) {
      throw NotImported.malformed(at, "%", "what is percent-encoded here is not UTF-8");
    }
  }

  /** The same for what is only shown: what cannot be read is left as it is. */
  String shown() {
    try {
      return new String(bytes(), StandardCharsets.UTF_8);
    } catch (NotImported e) {
      return text;
    }
  }

  private byte[] bytes() throws NotImported {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int plain = 0;
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', plain)) {
      out.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
      int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0 || text.charAt(i + 1) > 'f' || text.charAt(i + 2) > 'f') {
        throw NotImported.malformed(
            from(i, i).at, "%", "expected two hexadecimal digits behind it; a plain % is %25");
      }
      out.write(high * 16 + low);
      plain = i + 3;
    }
    out.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
