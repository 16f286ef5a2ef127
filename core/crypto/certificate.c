/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "id.h"
#include "subject-names.h"

#define SERIAL_BYTES 16
#define DAY_SECONDS  (24 * 60 * 60)
#define YEAR_SECONDS (365 * DAY_SECONDS)
#define SUBJECT      "WebRTC" /* says nothing about the property (RFC 8827 section 6.5) */

/* No authority signs through more; a file of anything must end. */
#define MAX_CHAIN 8

struct _BhCertificate {
  X509 *x509;
  STACK_OF(X509) * chain; /* NULL where there is none */
  EVP_PKEY *key;
  char fingerprint[BH_FINGERPRINT_SIZE];
};

G_DEFINE_QUARK(bh_certificate_error_quark, bh_certificate_error)

static void
certificate_clear(gpointer data)
{
  BhCertificate *self = data;

  X509_free(self->x509);
  sk_X509_pop_free(self->chain, X509_free);
  EVP_PKEY_free(self->key); /* wipes the private key */
}

gboolean
bh_certificate_number(X509 *x509)
{
  guint8 bytes[SERIAL_BYTES];
  BIGNUM *number;
  gboolean done;

  bh_id_random(bytes, sizeof bytes);
  bytes[0] &= 0x7f; /* positive (RFC 5280 section 4.1.2.2) */
  number = BN_bin2bn(bytes, sizeof bytes, NULL);
  done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
  BN_free(number);
  return done;
}

static gboolean
sign_certificate(BhCertificate *self)
{
  X509_NAME *name = X509_get_subject_name(self->x509);

  return X509_set_version(self->x509, X509_VERSION_3) && bh_certificate_number(self->x509) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const guint8 *)SUBJECT, -1, -1,
                                    0) &&
         X509_set_issuer_name(self->x509, name) &&
         X509_gmtime_adj(X509_getm_notBefore(self->x509), -DAY_SECONDS) != NULL &&
         X509_gmtime_adj(X509_getm_notAfter(self->x509), YEAR_SECONDS) != NULL &&
         X509_set_pubkey(self->x509, self->key) &&
         X509_sign(self->x509, self->key, EVP_sha256()) > 0;
}

BhCertificate *
bh_certificate_new(GError **error)
{
  BhCertificate *self = g_atomic_rc_box_new0(BhCertificate);

  self->key = EVP_EC_gen("P-256");
  self->x509 = X509_new();
  if (self->key == NULL || self->x509 == NULL || !sign_certificate(self)) {
    char reason[256];

    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    g_set_error(error, BH_CERTIFICATE_ERROR, BH_CERTIFICATE_ERROR_FAILED,
                "No certificate could be made: %s", reason);
    bh_certificate_unref(self);
    return NULL;
  }
  bh_certificate_fingerprint_x509(self->x509, self->fingerprint);
  return self;
}

BhCertificate *
bh_certificate_take(X509 *x509, EVP_PKEY *key)
{
  BhCertificate *self = g_atomic_rc_box_new0(BhCertificate);

  self->x509 = x509;
  self->key = key;
  bh_certificate_fingerprint_x509(x509, self->fingerprint);
  return self;
}

/* A passphrase is never asked for: the program may have no terminal. */
static int
on_passphrase(char *buffer, int size, int writing, void *data)
{
  return -1;
}

EVP_PKEY *
bh_certificate_parse_key(const char *key_pem)
{
  BIO *bio = BIO_new_mem_buf(key_pem, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, NULL);

  BIO_free(bio);
  if (key == NULL)
    ERR_clear_error();
  return key;
}

/* What follows in @bio. Returns: %FALSE: not all of it are certificates */
static gboolean
read_chain(BIO *bio, STACK_OF(X509) * chain)
{
  X509 *x509;
  unsigned long problem;

  ERR_clear_error();
  while ((x509 = PEM_read_bio_X509(bio, NULL, on_passphrase, NULL)) != NULL) {
    if (sk_X509_num(chain) == MAX_CHAIN || sk_X509_push(chain, x509) == 0) {
      X509_free(x509);
      return FALSE;
    }
  }
  problem = ERR_peek_last_error();
  return ERR_GET_LIB(problem) == ERR_LIB_PEM && ERR_GET_REASON(problem) == PEM_R_NO_START_LINE;
}

BhCertificate *
bh_certificate_parse(const char *key_pem, const char *certificate_pem, GError **error)
{
  BIO *bio = BIO_new_mem_buf(certificate_pem, -1);
  X509 *x509 = PEM_read_bio_X509(bio, NULL, on_passphrase, NULL);
  STACK_OF(X509) *chain = sk_X509_new_null();
  gboolean is_whole = x509 != NULL && chain != NULL && read_chain(bio, chain);
  EVP_PKEY *key = bh_certificate_parse_key(key_pem);

  BIO_free(bio);
  ERR_clear_error();
  if (key != NULL && is_whole && X509_check_private_key(x509, key) == 1) {
    BhCertificate *self = bh_certificate_take(x509, key);

    if (sk_X509_num(chain) > 0)
      self->chain = g_steal_pointer(&chain);
    sk_X509_free(chain);
    return self;
  }
  EVP_PKEY_free(key);
  X509_free(x509);
  sk_X509_pop_free(chain, X509_free);
  ERR_clear_error();
  g_set_error_literal(error, BH_CERTIFICATE_ERROR, BH_CERTIFICATE_ERROR_DAMAGED,
                      key == NULL    ? "The key cannot be read"
                      : x509 == NULL ? "The certificate cannot be read"
                      : !is_whole    ? "What follows the certificate cannot be read"
                                     : "The certificate is not of this key");
  return NULL;
}

/* @bio: (transfer full): */
static char *
take_text(BIO *bio, gboolean written)
{
  char *data = NULL;
  char *text;
  long length;

  if (!written)
    g_error("The cryptographic library does not work: its installation is broken.");
  length = BIO_get_mem_data(bio, &data);
  text = g_strndup(data, (gsize)length);
  BIO_free(bio);
  return text;
}

char *
bh_certificate_to_pem(BhCertificate *certificate)
{
  BIO *bio = BIO_new(BIO_s_mem());
  gboolean done = bio != NULL && PEM_write_bio_X509(bio, certificate->x509) == 1;

  for (int i = 0; done && i < sk_X509_num(certificate->chain); i++)
    done = PEM_write_bio_X509(bio, sk_X509_value(certificate->chain, i)) == 1;
  return take_text(bio, done);
}

char *
bh_certificate_key_to_pem(BhCertificate *certificate)
{
  BIO *bio = BIO_new(BIO_s_secmem());

  return take_text(bio, bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, certificate->key, NULL,
                                                                     NULL, 0, NULL, NULL) == 1);
}

BhCertificate *
bh_certificate_ref(BhCertificate *certificate)
{
  return g_atomic_rc_box_acquire(certificate);
}

void
bh_certificate_unref(BhCertificate *certificate)
{
  g_atomic_rc_box_release_full(certificate, certificate_clear);
}

char **
bh_certificate_list_names(BhCertificate *certificate)
{
  GENERAL_NAMES *all = X509_get_ext_d2i(certificate->x509, NID_subject_alt_name, NULL, NULL);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
    g_autofree char *text = NULL;

    if (name->type != GEN_DNS)
      continue;
    text = g_strndup((const char *)ASN1_STRING_get0_data(name->d.dNSName),
                     (gsize)ASN1_STRING_length(name->d.dNSName));
    if (bh_subject_names_is_host_name(text))
      g_strv_builder_add(names, text);
  }
  GENERAL_NAMES_free(all);
  return g_strv_builder_end(names);
}

X509 *
bh_certificate_get_x509(BhCertificate *certificate)
{
  return certificate->x509;
}

STACK_OF(X509) * bh_certificate_get_chain(BhCertificate *certificate)
{
  return certificate->chain;
}

gint64
bh_certificate_get_end_ms(BhCertificate *certificate)
{
  struct tm end;

  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate->x509), &end) != 1)
    return 0;
  return (gint64)timegm(&end) * 1000;
}

gboolean
bh_certificate_is_same(BhCertificate *certificate, BhCertificate *other)
{
  int length = sk_X509_num(certificate->chain);

  if (X509_cmp(certificate->x509, other->x509) != 0 || length != sk_X509_num(other->chain))
    return FALSE;
  for (int i = 0; i < length; i++) {
    if (X509_cmp(sk_X509_value(certificate->chain, i), sk_X509_value(other->chain, i)) != 0)
      return FALSE;
  }
  return TRUE;
}

EVP_PKEY *
bh_certificate_get_key(BhCertificate *certificate)
{
  return certificate->key;
}

const char *
bh_certificate_get_fingerprint(BhCertificate *certificate)
{
  return certificate->fingerprint;
}

void
bh_certificate_fingerprint_x509(X509 *x509, char *out)
{
  static const char digits[] = "0123456789ABCDEF";
  guint8 digest[EVP_MAX_MD_SIZE] = {0};
  unsigned int length = 0;

  X509_digest(x509, EVP_sha256(), digest, &length);
  for (guint i = 0; i < 32; i++) {
    out[3 * i] = digits[digest[i] >> 4];
    out[3 * i + 1] = digits[digest[i] & 0x0f];
    out[3 * i + 2] = i < 31 ? ':' : '\0';
  }
}
