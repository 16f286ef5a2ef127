/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-key.h"

#include <glib/gi18n.h>
#include <string.h>

#include "digest.h"
#include "id.h"
#include "json-text.h"
#include "secret-file.h"

/* 128 MiB and about half a second: what a thief of the file pays for each guess. */
#define COST_LOG2 17

#define CODE_CHARS  24
#define CODE_GROUP  4
#define CODE_LENGTH (CODE_CHARS + CODE_CHARS / CODE_GROUP - 1)

#define MAX_FILE_BYTES 4096

/* Crockford's: without the letters that are taken for digits. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct _BhBackupKey {
  gatomicrefcount refs;
  guint cost_log2;
  guint8 salt[BH_SLOW_HASH_SALT_BYTES];
  guint8 master[BH_SLOW_HASH_BYTES];
  char *code; /* (nullable) */
  gboolean is_noted;
};

static BhBackupKey *
key_new(void)
{
  BhBackupKey *key = g_new0(BhBackupKey, 1);

  g_atomic_ref_count_init(&key->refs);
  return key;
}

BhBackupKey *
bh_backup_key_ref(BhBackupKey *key)
{
  g_atomic_ref_count_inc(&key->refs);
  return key;
}

void
bh_backup_key_unref(BhBackupKey *key)
{
  if (!g_atomic_ref_count_dec(&key->refs))
    return;
  bh_digest_wipe(key->master, sizeof key->master);
  bh_digest_free_text(key->code);
  g_free(key);
}

/* --- passphrases and codes --- */

/* Returns: (transfer full) (nullable): %NULL: @text has not the form of a code */
static char *
read_code(const char *text)
{
  char *code = g_malloc0(CODE_LENGTH + 1);
  gsize n_chars = 0, at = 0;

  for (; *text != '\0'; text++) {
    char character = g_ascii_toupper(*text);

    if (character == '-' || character == ' ')
      continue;
    if (character == 'O')
      character = '0';
    else if (character == 'I' || character == 'L')
      character = '1';
    if (n_chars == CODE_CHARS || strchr(alphabet, character) == NULL)
      break;
    if (n_chars > 0 && n_chars % CODE_GROUP == 0)
      code[at++] = '-';
    code[at++] = character;
    n_chars++;
  }
  if (*text == '\0' && n_chars == CODE_CHARS)
    return code;
  bh_digest_free_text(code);
  return NULL;
}

static char *
make_code(void)
{
  guint8 random[CODE_CHARS];
  char plain[CODE_CHARS + 1] = "";
  char *code;

  bh_id_random(random, sizeof random);
  for (guint i = 0; i < CODE_CHARS; i++)
    plain[i] = alphabet[random[i] & 31];
  code = read_code(plain);
  bh_digest_wipe(random, sizeof random);
  bh_digest_wipe(plain, sizeof plain);
  return code;
}

static char *
normalize(const char *passphrase)
{
  g_autofree char *trimmed = g_strstrip(g_strdup(passphrase));
  char *code = read_code(trimmed);
  char *normal = code != NULL ? code : g_utf8_normalize(trimmed, -1, G_NORMALIZE_ALL_COMPOSE);

  bh_digest_wipe(trimmed, strlen(trimmed));
  return normal;
}

gboolean
bh_backup_key_check(const char *passphrase, GError **error)
{
  char *normal =
      g_utf8_validate(passphrase, -1, NULL) && strlen(passphrase) <= BH_BACKUP_MAX_PASSPHRASE_BYTES
          ? normalize(passphrase)
          : NULL;
  gboolean good = normal != NULL && g_utf8_strlen(normal, -1) >= BH_BACKUP_MIN_PASSPHRASE_CHARS;

  bh_digest_free_text(normal);
  if (!good)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_PASSPHRASE,
                _("A passphrase has at least %d characters. Four words that do not belong together "
                  "are good ones."),
                BH_BACKUP_MIN_PASSPHRASE_CHARS);
  return good;
}

static gboolean
hash(BhBackupKey *key, const char *normal, GError **error)
{
  if (bh_slow_hash_at(normal, key->salt, key->cost_log2, key->master))
    return TRUE;
  g_set_error_literal(
      error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
      _("There is not enough memory for the passphrase. Close other programs and try "
        "again."));
  return FALSE;
}

static void
set_salt(BhBackupKey *key, const guint8 *salt, guint cost_log2)
{
  key->cost_log2 = salt != NULL ? cost_log2 : COST_LOG2;
  if (salt != NULL)
    memcpy(key->salt, salt, sizeof key->salt);
  else
    bh_id_random(key->salt, sizeof key->salt);
}

BhBackupKey *
bh_backup_key_new(const char *passphrase, const guint8 *salt, guint cost_log2, GError **error)
{
  g_autoptr(BhBackupKey) key = key_new();
  char *normal = g_utf8_validate(passphrase, -1, NULL) ? normalize(passphrase) : NULL;
  gboolean done;

  set_salt(key, salt, cost_log2);
  done = normal != NULL && hash(key, normal, error);
  if (normal == NULL)
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_PASSPHRASE,
                        _("That is not the passphrase of this backup."));
  bh_digest_free_text(normal);
  return done ? g_steal_pointer(&key) : NULL;
}

BhBackupKey *
bh_backup_key_new_with_code(GError **error)
{
  g_autoptr(BhBackupKey) key = key_new();

  set_salt(key, NULL, 0);
  key->code = make_code();
  return hash(key, key->code, error) ? g_steal_pointer(&key) : NULL;
}

/* --- the file --- */

/* Returns: whether @name is Base64 of exactly @length bytes */
static gboolean
take_bytes(const json_t *object, const char *name, guint8 *out, gsize length)
{
  const char *text = json_string_value(json_object_get(object, name));
  gsize n_bytes = 0;
  g_autofree guchar *bytes = text != NULL ? g_base64_decode(text, &n_bytes) : NULL;

  if (bytes == NULL || n_bytes != length)
    return FALSE;
  memcpy(out, bytes, length);
  bh_digest_wipe(bytes, n_bytes);
  return TRUE;
}

static BhBackupKey *
parse(const char *text, gsize length)
{
  g_autoptr(json_t) object = length <= MAX_FILE_BYTES ? bh_json_parse(text, length, NULL) : NULL;
  g_autoptr(BhBackupKey) key = key_new();
  const char *code = json_string_value(json_object_get(object, "code"));
  json_int_t cost = json_integer_value(json_object_get(object, "cost"));

  if (!take_bytes(object, "salt", key->salt, sizeof key->salt) ||
      !take_bytes(object, "key", key->master, sizeof key->master) ||
      cost < BH_SLOW_HASH_MIN_COST_LOG2 || cost > BH_SLOW_HASH_MAX_COST_LOG2)
    return NULL;
  key->cost_log2 = (guint)cost;
  key->code = code != NULL ? read_code(code) : NULL;
  key->is_noted = json_is_true(json_object_get(object, "noted"));
  return code == NULL || key->code != NULL ? g_steal_pointer(&key) : NULL;
}

BhBackupKey *
bh_backup_key_load(const char *state_folder, GError **error)
{
  g_autofree char *path = g_build_filename(state_folder, BH_BACKUP_KEY_FILE, NULL);
  char *text = NULL;
  gsize length = 0;
  g_autoptr(GError) problem = NULL;
  BhBackupKey *key;

  if (!g_file_get_contents(path, &text, &length, &problem)) {
    if (!g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                  _("The key of the backups cannot be read: %s"), problem->message);
    return NULL;
  }
  key = parse(text, length);
  bh_digest_free_text(text);
  if (key == NULL)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                _("%s is damaged. Choose a passphrase for the backups: that makes it anew."), path);
  return key;
}

gboolean
bh_backup_key_save(BhBackupKey *key, const char *state_folder, gboolean noted, GError **error)
{
  g_autofree char *path = g_build_filename(state_folder, BH_BACKUP_KEY_FILE, NULL);
  g_autofree char *salt = g_base64_encode(key->salt, sizeof key->salt);
  char *master = g_base64_encode(key->master, sizeof key->master);
  g_autoptr(json_t) object =
      json_pack("{s:i, s:i, s:s, s:s, s:s?, s:b}", "version", 1, "cost", (int)key->cost_log2,
                "salt", salt, "key", master, "code", key->code, "noted", noted);
  char *text = bh_json_to_text(object);
  g_autoptr(GError) problem = NULL;
  gboolean done = bh_secret_file_write(path, text, strlen(text), &problem);

  bh_digest_free_text(master);
  bh_digest_free_text(text);
  if (!done)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                _("The key of the backups cannot be written: %s"), problem->message);
  return done;
}

/* --- what it is --- */

const char *
bh_backup_key_get_code(BhBackupKey *key)
{
  return key->code;
}

gboolean
bh_backup_key_is_noted(BhBackupKey *key)
{
  return key->is_noted;
}

const guint8 *
bh_backup_key_get_master(BhBackupKey *key)
{
  return key->master;
}

void
bh_backup_key_fill(BhBackupKey *key, BhBackupHeader *header)
{
  header->cost_log2 = key->cost_log2;
  memcpy(header->salt, key->salt, sizeof header->salt);
}
