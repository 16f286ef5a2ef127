/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "trust-profile.h"

#include <glib/gi18n.h>

#include "digest.h"
#include "transcript.h"

/* A UUID of version 8 (RFC 9562 section 5.8): the digest of @label and @der. */
static char *
derive_uuid(const char *label, GBytes *der)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 d[BH_DIGEST_BYTES];
  gsize length;
  const guint8 *bytes = g_bytes_get_data(der, &length);

  bh_transcript_init(&transcript, label);
  bh_transcript_add_bytes(&transcript, bytes, length);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, d);
  d[6] = (guint8)((d[6] & 0x0f) | 0x80);
  d[8] = (guint8)((d[8] & 0x3f) | 0x80);
  return g_strdup_printf("%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X",
                         d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11],
                         d[12], d[13], d[14], d[15]);
}

static void
add_string(GString *xml, const char *key, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text(text, -1);

  g_string_append_printf(xml, "<key>%s</key>\n<string>%s</string>\n", key, escaped);
}

static void
add_identity(GString *xml, const char *type, const char *part, const char *label, GBytes *der)
{
  g_autofree char *uuid = derive_uuid(label, der);
  g_autofree char *lower = g_ascii_strdown(uuid, -1);
  g_autofree char *identifier = g_strconcat("bellhop.", lower, part, NULL);

  add_string(xml, "PayloadType", type);
  add_string(xml, "PayloadUUID", uuid);
  add_string(xml, "PayloadIdentifier", identifier);
  g_string_append(xml, "<key>PayloadVersion</key>\n<integer>1</integer>\n");
}

char *
bh_trust_profile_make(const char *title, GBytes *der)
{
  GString *xml = g_string_new(NULL);
  gsize length;
  const guint8 *bytes = g_bytes_get_data(der, &length);
  g_autofree char *base64 = g_base64_encode(bytes, length);

  g_string_append(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                       "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                       "<plist version=\"1.0\">\n<dict>\n"
                       "<key>PayloadContent</key>\n<array>\n<dict>\n");
  add_identity(xml, "com.apple.security.root", ".root", "bellhop trust root v1", der);
  add_string(xml, "PayloadDisplayName", title);
  add_string(xml, "PayloadCertificateFileName", "bellhop.cer");
  g_string_append_printf(xml, "<key>PayloadContent</key>\n<data>%s</data>\n</dict>\n</array>\n",
                         base64);
  add_identity(xml, "Configuration", "", "bellhop trust profile v1", der);
  add_string(xml, "PayloadDisplayName", title);
  add_string(xml, "PayloadDescription",
             _("Lets this device open the pages of Bellhop in this house safely. It can vouch for "
               "nothing on the internet."));
  g_string_append(xml, "</dict>\n</plist>\n");
  return g_string_free(xml, FALSE);
}
