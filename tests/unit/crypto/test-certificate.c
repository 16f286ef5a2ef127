/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <openssl/pem.h>
#include <string.h>

static void
test_self_signed(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) certificate = bh_certificate_new(&error);
  X509 *x509;

  g_assert_no_error(error);
  x509 = bh_certificate_get_x509(certificate);
  g_assert_cmpint(X509_verify(x509, bh_certificate_get_key(certificate)), ==, 1);
  g_assert_cmpint(X509_cmp_current_time(X509_get0_notBefore(x509)), <, 0);
  g_assert_cmpint(X509_cmp_current_time(X509_get0_notAfter(x509)), >, 0);
  g_assert_cmpint(EVP_PKEY_get_bits(bh_certificate_get_key(certificate)), ==, 256);
}

static void
test_fingerprint(void)
{
  g_autoptr(BhCertificate) certificate = bh_certificate_new(NULL);
  g_autoptr(BhCertificate) other = bh_certificate_new(NULL);
  const char *fingerprint = bh_certificate_get_fingerprint(certificate);
  g_autofree guint8 *der = NULL;
  g_autofree char *digest = NULL;
  g_autoptr(GString) expected = g_string_new(NULL);
  guint8 *end;
  int length = i2d_X509(bh_certificate_get_x509(certificate), NULL);

  /* GLib's SHA-256 is the independent witness. */
  der = end = g_malloc((gsize)length);
  i2d_X509(bh_certificate_get_x509(certificate), &end);
  digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der, (gsize)length);
  for (guint i = 0; i < 32; i++)
    g_string_append_printf(expected, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper(digest[2 * i]),
                           g_ascii_toupper(digest[2 * i + 1]));

  g_assert_cmpuint(strlen(fingerprint), ==, BH_FINGERPRINT_SIZE - 1);
  g_assert_cmpstr(fingerprint, ==, expected->str);
  g_assert_cmpstr(fingerprint, !=, bh_certificate_get_fingerprint(other));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/certificate/self-signed", test_self_signed);
  g_test_add_func("/certificate/fingerprint", test_fingerprint);
  return g_test_run();
}
