/* SPDX-License-Identifier: Apache-2.0 */
#include "authority.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "trust-profile.h"

#define NOW_MS G_GINT64_CONSTANT(1790000000000) /* September 2026 */
#define DAY_MS (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)

static const char *const hosts[] = {"bellhop-1a2b.local", NULL};
static const char *const none[] = {NULL};

typedef struct {
  char *folder;
  BhAuthority *authority;
} Fixture;

static BhAuthority *
open_authority(Fixture *f)
{
  g_autoptr(GError) error = NULL;
  BhAuthority *authority = bh_authority_open(f->folder, "Hôtel Müller", hosts, NOW_MS, &error);

  g_assert_no_error(error);
  return authority;
}

static void
set_up(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  f->folder = g_dir_make_tmp("bh-authority-XXXXXX", &error);
  g_assert_no_error(error);
  f->authority = open_authority(f);
}

static char *
path_of(Fixture *f, const char *name)
{
  return g_build_filename(f->folder, name, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"authority.key", "authority.crt", "leaf.key", "leaf.crt"};

  bh_authority_unref(f->authority);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = path_of(f, names[i]);

    g_remove(path);
  }
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
}

static X509 *
parse_der(GBytes *der)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data(der, &length);
  X509 *x509 = d2i_X509(NULL, &bytes, (long)length);

  g_assert_nonnull(x509);
  return x509;
}

/* As a browser would, with the authority as the only root. Returns: an X509_V_ code */
static int
verify_at(Fixture *f, BhCertificate *leaf, gint64 at_ms)
{
  X509_STORE *store = X509_STORE_new();
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  X509 *root = parse_der(bh_authority_get_der(f->authority));
  int code;

  X509_STORE_add_cert(store, root);
  X509_STORE_CTX_init(context, store, bh_certificate_get_x509(leaf), NULL);
  X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
  X509_STORE_CTX_set_time(context, 0, (time_t)(at_ms / 1000));
  X509_STORE_CTX_set_flags(context, X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context);
  code = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  X509_free(root);
  return code;
}

static BhCertificate *
issue(Fixture *f, const char *const *names, const char *const *addresses)
{
  g_autoptr(GError) error = NULL;
  BhCertificate *leaf = bh_authority_issue(f->authority, names, addresses, NOW_MS, &error);

  g_assert_no_error(error);
  return leaf;
}

static void
assert_verifies(Fixture *f, const char *name, const char *address, int code)
{
  const char *const names[] = {name, NULL};
  const char *const addresses[] = {address, NULL};
  g_autoptr(BhCertificate) leaf =
      issue(f, name != NULL ? names : none, address != NULL ? addresses : none);

  g_assert_cmpint(verify_at(f, leaf, NOW_MS), ==, code);
  g_assert_cmpint(name != NULL ? bh_authority_permits_name(f->authority, name)
                               : bh_authority_permits_address(f->authority, address),
                  ==, code == X509_V_OK);
}

static void
test_constraints(Fixture *f, gconstpointer data)
{
  static const char *const good_names[] = {"bellhop-1a2b.local", "BELLHOP-1A2B.local", "localhost"};
  static const char *const bad_names[] = {
      "example.com",         "bellhop-ffff.local", "local", "bellhop-1a2b.local.evil.example",
      "xbellhop-1a2b.local", "192-168-1-1.example"};
  static const char *const good[] = {
      "10.1.2.3",    "172.16.0.1", "172.31.255.255", "192.168.1.20", "169.254.9.9", "100.64.0.1",
      "100.127.0.1", "127.0.0.1",  "fd00::1",        "fe80::1",      "::1"};
  static const char *const bad[] = {
      "8.8.8.8", "172.32.0.1",           "11.0.0.1", "192.169.0.1",   "100.128.0.1",
      "1.1.1.1", "2001:4860:4860::8888", "::2",      "::ffff:8.8.8.8"};

  for (gsize i = 0; i < G_N_ELEMENTS(good_names); i++)
    assert_verifies(f, good_names[i], NULL, X509_V_OK);
  for (gsize i = 0; i < G_N_ELEMENTS(bad_names); i++)
    assert_verifies(f, bad_names[i], NULL, X509_V_ERR_PERMITTED_VIOLATION);
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
    assert_verifies(f, NULL, good[i], X509_V_OK);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_verifies(f, NULL, bad[i], X509_V_ERR_PERMITTED_VIOLATION);
}

/* One foreign name spoils the others; so does an intermediate authority. */
static void
test_no_way_round(Fixture *f, gconstpointer data)
{
  static const char *const mixed[] = {"bellhop-1a2b.local", "example.com", NULL};
  static const char *const address[] = {"192.168.1.20", NULL};
  g_autoptr(BhCertificate) leaf = issue(f, mixed, address);
  X509 *root = parse_der(bh_authority_get_der(f->authority));

  g_assert_cmpint(verify_at(f, leaf, NOW_MS), ==, X509_V_ERR_PERMITTED_VIOLATION);
  g_assert_cmpint(X509_check_ca(root), ==, 1);
  g_assert_cmpint(X509_get_pathlen(root), ==, 0);
  g_assert_cmpint(X509_check_ca(bh_certificate_get_x509(leaf)), ==, 0);
  g_assert_cmpuint(X509_get_key_usage(root), ==, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
  g_assert_cmpuint(X509_get_extended_key_usage(bh_certificate_get_x509(leaf)), ==, XKU_SSL_SERVER);
  g_assert_true(X509_EXTENSION_get_critical(
                    X509_get_ext(root, X509_get_ext_by_NID(root, NID_name_constraints, -1))) == 1);
  X509_free(root);
}

static void
test_times(Fixture *f, gconstpointer data)
{
  g_autoptr(BhCertificate) leaf = issue(f, hosts, none);

  g_assert_cmpint(verify_at(f, leaf, NOW_MS - DAY_MS - 1000), !=, X509_V_OK);
  g_assert_cmpint(verify_at(f, leaf, NOW_MS - DAY_MS + 1000), ==, X509_V_OK);
  g_assert_cmpint(verify_at(f, leaf, NOW_MS + 90 * DAY_MS - 1000), ==, X509_V_OK);
  g_assert_cmpint(verify_at(f, leaf, NOW_MS + 90 * DAY_MS + 1000), ==, X509_V_ERR_CERT_HAS_EXPIRED);
}

static void
test_renewal(Fixture *f, gconstpointer data)
{
  static const char *const addresses[] = {"192.168.1.20", "10.0.0.2", NULL};
  static const char *const turned[] = {"10.0.0.2", "192.168.1.20", NULL};
  static const char *const moved[] = {"192.168.1.21", NULL};
  static const char *const upper[] = {"Bellhop-1A2B.local", NULL};
  g_autoptr(BhCertificate) leaf = issue(f, hosts, addresses);
  Fixture other = {.folder = NULL};

  g_assert_false(bh_authority_needs_renewal(f->authority, leaf, hosts, addresses, NOW_MS));
  g_assert_false(bh_authority_needs_renewal(f->authority, leaf, upper, turned, NOW_MS));
  g_assert_false(
      bh_authority_needs_renewal(f->authority, leaf, hosts, addresses, NOW_MS + 59 * DAY_MS));
  g_assert_true(
      bh_authority_needs_renewal(f->authority, leaf, hosts, addresses, NOW_MS + 61 * DAY_MS));
  g_assert_true(
      bh_authority_needs_renewal(f->authority, leaf, hosts, addresses, NOW_MS - 2 * DAY_MS));
  g_assert_true(bh_authority_needs_renewal(f->authority, leaf, hosts, moved, NOW_MS));
  g_assert_true(bh_authority_needs_renewal(f->authority, leaf, hosts, none, NOW_MS));
  g_assert_true(bh_authority_needs_renewal(f->authority, leaf, none, addresses, NOW_MS));
  set_up(&other, NULL);
  g_assert_true(bh_authority_needs_renewal(other.authority, leaf, hosts, addresses, NOW_MS));
  tear_down(&other, NULL);
}

/* A board without a clock of its own says 1970 until somebody tells it the time. */
static void
test_clock_not_set(Fixture *f, gconstpointer data)
{
  Fixture other = {.folder = g_dir_make_tmp("bh-authority-XXXXXX", NULL)};
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) early = NULL;
  g_autoptr(BhCertificate) leaf = NULL;

  other.authority = bh_authority_open(other.folder, "Hotel", hosts, 5000, &error);
  g_assert_no_error(error);
  early = bh_authority_serve(other.authority, hosts, none, 6000, &error);
  g_assert_no_error(error);
  leaf = bh_authority_serve(other.authority, hosts, none, NOW_MS, &error);
  g_assert_no_error(error);
  g_assert_cmpint(verify_at(&other, leaf, NOW_MS), ==, X509_V_OK);
  tear_down(&other, NULL);
}

static void
test_not_names(Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {"",    "a,DNS:example.com", "a b",  "-a", "a-", "a..b",
                                      "*.a", "caf\xc3\xa9",       "a\nb", ".a"};

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    const char *const list[] = {texts[i], NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) second = NULL;

    g_assert_null(bh_authority_issue(f->authority, list, none, NOW_MS, &error));
    g_assert_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_NAME);
    g_assert_null(bh_authority_issue(f->authority, none, list, NOW_MS, &second));
    g_assert_error(second, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_NAME);
    g_assert_false(bh_authority_permits_name(f->authority, texts[i]));
    g_assert_false(bh_authority_permits_address(f->authority, texts[i]));
  }
}

static void
test_kept(Fixture *f, gconstpointer data)
{
  static const char *const addresses[] = {"192.168.1.20", "203.0.113.5", NULL};
  static const char *const names[] = {"bellhop-1a2b.local", "hub.example.com", NULL};
  g_autofree char *key_path = path_of(f, "authority.key");
  g_autofree char *leaf_key_path = path_of(f, "leaf.key");
  g_autofree char *leaf_path = path_of(f, "leaf.crt");
  g_autoptr(GBytes) der = g_bytes_ref(bh_authority_get_der(f->authority));
  g_autoptr(BhCertificate) first = NULL;
  g_autoptr(BhCertificate) second = NULL;
  g_autoptr(BhCertificate) third = NULL;
  g_autoptr(GError) error = NULL;
  GStatBuf info;

  first = bh_authority_serve(f->authority, names, addresses, NOW_MS, &error);
  g_assert_no_error(error);
  g_assert_cmpint(verify_at(f, first, NOW_MS), ==, X509_V_OK); /* without what is not permitted */
  g_assert_cmpint(X509_check_ip_asc(bh_certificate_get_x509(first), "192.168.1.20", 0), ==, 1);
  g_assert_cmpint(X509_check_ip_asc(bh_certificate_get_x509(first), "127.0.0.1", 0), ==, 1);
  g_assert_cmpint(X509_check_ip_asc(bh_certificate_get_x509(first), "203.0.113.5", 0), ==, 0);
  g_assert_cmpint(X509_check_host(bh_certificate_get_x509(first), "bellhop-1a2b.local", 0, 0, NULL),
                  ==, 1);

  bh_authority_unref(f->authority);
  f->authority = open_authority(f);
  g_assert_true(g_bytes_equal(der, bh_authority_get_der(f->authority)));
  second = bh_authority_serve(f->authority, names, addresses, NOW_MS + DAY_MS, &error);
  g_assert_cmpstr(bh_certificate_get_fingerprint(first), ==,
                  bh_certificate_get_fingerprint(second));
  g_assert_cmpint(g_stat(key_path, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  g_assert_cmpint(g_stat(leaf_key_path, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);

  g_assert_true(g_file_set_contents(leaf_path, "half of i", -1, NULL));
  third = bh_authority_serve(f->authority, names, addresses, NOW_MS, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(bh_certificate_get_fingerprint(first), !=, bh_certificate_get_fingerprint(third));
}

static void
assert_refused(Fixture *f)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(bh_authority_open(f->folder, "Hotel", hosts, NOW_MS, &error));
  g_assert_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FILE);
}

static void
test_damaged(Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"authority.key", "authority.crt"};
  Fixture other = {.folder = NULL};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = path_of(f, names[i]);
    g_autofree char *good = NULL;
    g_autofree char *still = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(path, &good, &length, NULL));
    g_assert_true(g_file_set_contents(path, good, (gssize)length / 2, NULL));
    assert_refused(f);
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    assert_refused(f);
    g_assert_true(g_file_get_contents(path, &still, NULL, NULL));
    g_assert_cmpstr(still, ==, "");
    g_assert_true(g_file_set_contents(path, good, (gssize)length, NULL));
  }

  /* The key of another one. */
  set_up(&other, NULL);
  {
    g_autofree char *path = path_of(f, "authority.key");
    g_autofree char *other_path = path_of(&other, "authority.key");
    g_autofree char *good = NULL;
    g_autofree char *foreign = NULL;

    g_assert_true(g_file_get_contents(path, &good, NULL, NULL));
    g_assert_true(g_file_get_contents(other_path, &foreign, NULL, NULL));
    g_assert_true(g_file_set_contents(path, foreign, -1, NULL));
    assert_refused(f);
    g_remove(path);
    assert_refused(f);
    g_assert_true(g_file_set_contents(path, good, -1, NULL));
  }
  tear_down(&other, NULL);
}

/* The power went after the key was written: the same key gets its certificate. */
static void
test_cut_off(Fixture *f, gconstpointer data)
{
  g_autofree char *path = path_of(f, "authority.crt");
  g_autofree char *pem = NULL;
  X509 *before = parse_der(bh_authority_get_der(f->authority));
  X509 *after;

  g_assert_cmpint(g_remove(path), ==, 0);
  bh_authority_unref(f->authority);
  f->authority = open_authority(f);
  after = parse_der(bh_authority_get_der(f->authority));
  g_assert_cmpint(EVP_PKEY_eq(X509_get0_pubkey(before), X509_get0_pubkey(after)), ==, 1);
  g_assert_true(g_file_get_contents(path, &pem, NULL, NULL));
  g_assert_cmpstr(pem, ==, bh_authority_get_pem(f->authority));
  X509_free(before);
  X509_free(after);
}

static void
test_described(Fixture *f, gconstpointer data)
{
  GBytes *der = bh_authority_get_der(f->authority);
  guint8 digest[BH_DIGEST_BYTES];
  Fixture other = {.folder = NULL};

  bh_digest_sha256(g_bytes_get_data(der, NULL), g_bytes_get_size(der), digest);
  g_assert_cmpmem(digest, 16, bh_authority_get_fingerprint(f->authority), 16);
  g_assert_cmpstr(bh_authority_get_title(f->authority), ==, "Bellhop at Hôtel Müller");
  set_up(&other, NULL);
  g_assert_cmpint(memcmp(bh_authority_get_fingerprint(other.authority),
                         bh_authority_get_fingerprint(f->authority), 16),
                  !=, 0);
  tear_down(&other, NULL);
}

/* A long name is cut at whole characters. */
static void
test_long_name(Fixture *f, gconstpointer data)
{
  Fixture other = {.folder = g_dir_make_tmp("bh-authority-XXXXXX", NULL)};
  g_autoptr(GString) name = g_string_new(NULL);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append(name, "\xc3\xa9");
  other.authority = bh_authority_open(other.folder, name->str, hosts, NOW_MS, &error);
  g_assert_no_error(error);
  g_assert_cmpint(g_utf8_strlen(bh_authority_get_title(other.authority), -1), ==, 64);
  tear_down(&other, NULL);
}

/* The openssl program, which knows nothing of ours, sees the same. */
static void
test_openssl_verify(Fixture *f, gconstpointer data)
{
  static const char *const foreign[] = {"example.com", NULL};
  g_autofree char *root = path_of(f, "authority.crt");
  g_autofree char *path = path_of(f, "leaf.crt");
  const char *const *const lists[] = {hosts, foreign};
  g_autofree char *openssl = g_find_program_in_path("openssl");

  if (openssl == NULL) {
    g_test_skip("there is no openssl program");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
    g_autoptr(BhCertificate) leaf = issue(f, lists[i], none);
    g_autofree char *pem = bh_certificate_to_pem(leaf);
    const char *argv[] = {openssl,   "verify",     "-x509_strict", "-purpose", "sslserver",
                          "-attime", "1790000000", "-CAfile",      root,       path,
                          NULL};
    g_autofree char *out = NULL;
    g_autofree char *problems = NULL;
    int status;

    g_assert_true(g_file_set_contents(path, pem, -1, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out,
                               &problems, &status, NULL));
    if (i == 0)
      g_assert_true(g_spawn_check_wait_status(status, NULL));
    else
      g_assert_nonnull(strstr(problems, "permitted subtree violation"));
  }
}

static void
test_profile(Fixture *f, gconstpointer data)
{
  GBytes *der = bh_authority_get_der(f->authority);
  g_autofree char *first = bh_trust_profile_make("A <b> & \"c\"", der);
  g_autofree char *again = bh_trust_profile_make("A <b> & \"c\"", der);
  g_autofree char *base64 = g_base64_encode(g_bytes_get_data(der, NULL), g_bytes_get_size(der));
  const GMarkupParser parser = {.text = NULL};
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, NULL, NULL);

  g_assert_cmpstr(first, ==, again);
  g_assert_true(g_markup_parse_context_parse(context, first, -1, NULL));
  g_assert_true(g_markup_parse_context_end_parse(context, NULL));
  g_assert_nonnull(strstr(first, base64));
  g_assert_nonnull(strstr(first, "<string>com.apple.security.root</string>"));
  g_assert_nonnull(strstr(first, "<string>A &lt;b&gt; &amp; &quot;c&quot;</string>"));
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
  g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add("/authority/constraints", test_constraints);
  add("/authority/no-way-round", test_no_way_round);
  add("/authority/times", test_times);
  add("/authority/renewal", test_renewal);
  add("/authority/clock-not-set", test_clock_not_set);
  add("/authority/not-names", test_not_names);
  add("/authority/kept", test_kept);
  add("/authority/damaged", test_damaged);
  add("/authority/cut-off", test_cut_off);
  add("/authority/described", test_described);
  add("/authority/long-name", test_long_name);
  add("/authority/openssl-verify", test_openssl_verify);
  add("/authority/profile", test_profile);
  return g_test_run();
}
