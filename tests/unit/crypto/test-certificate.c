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

/* As a file that somebody was given: theirs, and the one that it was signed through. */
static void
test_chain(void)
{
  g_autoptr(BhCertificate) leaf = bh_certificate_new(NULL);
  g_autoptr(BhCertificate) above = bh_certificate_new(NULL);
  g_autofree char *key = bh_certificate_key_to_pem(leaf);
  g_autofree char *first = bh_certificate_to_pem(leaf);
  g_autofree char *second = bh_certificate_to_pem(above);
  g_autofree char *both = g_strconcat("subject=/CN=mine\n", first, "\n# and\n", second, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) alone = bh_certificate_parse(key, first, &error);
  g_autoptr(BhCertificate) whole = bh_certificate_parse(key, both, &error);
  g_autoptr(BhCertificate) again = NULL;
  g_autofree char *written = NULL;

  g_assert_no_error(error);
  g_assert_null(bh_certificate_get_chain(alone));
  g_assert_cmpint(sk_X509_num(bh_certificate_get_chain(whole)), ==, 1);
  g_assert_cmpint(
      X509_cmp(sk_X509_value(bh_certificate_get_chain(whole), 0), bh_certificate_get_x509(above)),
      ==, 0);
  g_assert_cmpstr(bh_certificate_get_fingerprint(whole), ==, bh_certificate_get_fingerprint(leaf));
  g_assert_true(bh_certificate_is_same(alone, leaf));
  g_assert_false(bh_certificate_is_same(alone, whole));
  written = bh_certificate_to_pem(whole);
  again = bh_certificate_parse(key, written, &error);
  g_assert_no_error(error);
  g_assert_true(bh_certificate_is_same(again, whole));
}

static void
assert_refused(const char *key, const char *certificate, const char *why)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(bh_certificate_parse(key, certificate, &error));
  g_assert_error(error, BH_CERTIFICATE_ERROR, BH_CERTIFICATE_ERROR_DAMAGED);
  g_assert_cmpstr(error->message, ==, why);
}

static void
test_damaged_files(void)
{
  g_autoptr(BhCertificate) leaf = bh_certificate_new(NULL);
  g_autoptr(BhCertificate) above = bh_certificate_new(NULL);
  g_autofree char *key = bh_certificate_key_to_pem(leaf);
  g_autofree char *first = bh_certificate_to_pem(leaf);
  g_autofree char *second = bh_certificate_to_pem(above);
  g_autofree char *half = g_strndup(second, strlen(second) / 2);
  g_autofree char *torn = g_strconcat(first, half, NULL);
  g_autofree char *reversed = g_strconcat(second, first, NULL);
  g_autoptr(GString) many = g_string_new(first);

  for (guint i = 0; i < 8; i++)
    g_string_append(many, second);
  bh_certificate_unref(bh_certificate_parse(key, many->str, NULL));
  g_string_append(many, second);
  assert_refused(key, many->str, "What follows the certificate cannot be read");
  assert_refused(key, torn, "What follows the certificate cannot be read");
  assert_refused(key, reversed, "The certificate is not of this key");
  assert_refused(key, half, "The certificate cannot be read");
  assert_refused(key, "", "The certificate cannot be read");
  assert_refused(first, first, "The key cannot be read");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/certificate/self-signed", test_self_signed);
  g_test_add_func("/certificate/fingerprint", test_fingerprint);
  g_test_add_func("/certificate/chain", test_chain);
  g_test_add_func("/certificate/damaged", test_damaged_files);
  return g_test_run();
}
