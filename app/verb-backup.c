/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <string.h>

#include "backup-restore.h"
#include "plain-text.h"
#include "terminal.h"
#include "verb-private.h"

#define POLL_MS 200

/* --- words --- */

static void
say(const char *format, const char *value)
{
  g_autofree char *plain = bh_plain_text(value);
  g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
  g_autofree char *sentence = g_strjoinv(plain, parts);

  g_print("%s\n", sentence);
}

static char *
make_path(const json_t *last)
{
  return g_build_filename(bh_verb_text(last, "folder"), bh_verb_text(last, "file"), NULL);
}

static void
say_what_opens(const json_t *backup)
{
  if (json_is_true(json_object_get(backup, "hasPassphrase")))
    g_print("%s\n", _("The passphrase that was chosen opens it."));
  else
    say(_("This recovery code opens it. Write it down and keep it somewhere else: %s"),
        bh_verb_text(backup, "recoveryCode"));
}

/* --- backup --- */

static const json_t *
find_failure(const json_t *backup, gint64 run)
{
  const json_t *failure = json_object_get(backup, "error");

  return json_is_object(failure) && bh_verb_number(failure, "run") == run ? failure : NULL;
}

gboolean
bh_verb_backup_judge(const json_t *backup, gint64 run, gboolean *is_made, GError **error)
{
  const json_t *failure = find_failure(backup, run);

  *is_made = failure == NULL && bh_verb_number(json_object_get(backup, "last"), "run") == run;
  if (failure != NULL) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, bh_verb_text(failure, "message"));
    return FALSE;
  }
  /* A hub tells how each of its runs ended: this is another one, and `last` an older backup. */
  if (!*is_made && !json_is_true(json_object_get(backup, "running"))) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        _("The hub was started anew, and the backup was broken off. Make it once "
                          "more."));
    return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): %NULL exactly when @error is set */
static json_t *
wait_for_run(BhVerbLine *line, gint64 run, GError **error)
{
  for (;;) {
    g_autoptr(json_t) backup = bh_verb_line_get(line, "backup", error);
    gboolean is_made;

    if (backup == NULL || !bh_verb_backup_judge(backup, run, &is_made, error))
      return NULL;
    if (is_made)
      return g_steal_pointer(&backup);
    g_usleep(POLL_MS * 1000);
  }
}

static gboolean
make_backup(BhVerbLine *line, GError **error)
{
  g_autofree char *folder = line->to != NULL ? g_canonicalize_filename(line->to, NULL) : NULL;
  g_autoptr(json_t) begun = NULL, backup = NULL;
  g_autofree char *path = NULL;

  begun = bh_verb_line_post(line, "backup/now", json_pack("{s:s*}", "folder", folder), error);
  if (begun == NULL)
    return FALSE;
  backup = wait_for_run(line, bh_verb_number(begun, "run"), error);
  if (backup == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, backup))
    return TRUE;
  path = make_path(json_object_get(backup, "last"));
  say(_("The backup is made: %s"), path);
  say_what_opens(backup);
  return TRUE;
}

static void
show_last(const json_t *backup)
{
  const json_t *last = json_object_get(backup, "last");
  const json_t *failure = json_object_get(backup, "error");
  g_autofree char *time = bh_verb_describe_time(bh_verb_number(last, "timeMs"));

  if (json_is_object(last)) {
    g_autofree char *path = make_path(last);

    say(_("The last one was made at %s:"), time);
    say("  %s", path);
  } else {
    g_print("%s\n", _("None has been made yet."));
  }
  if (json_is_object(failure))
    say(_("The last attempt failed. %s"), bh_verb_text(failure, "message"));
}

static gboolean
show_backup(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) backup = bh_verb_line_get(line, "backup", error);
  g_autofree char *next = NULL;

  if (backup == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, backup))
    return TRUE;
  say(_("Backups go to %s"), bh_verb_text(backup, "folder"));
  if (json_is_true(json_object_get(backup, "sameDisk")))
    g_print("%s\n",
            _("That is on the hub's own disk: what takes the computer takes them too. A folder "
              "on a drive, or of another computer, is better."));
  show_last(backup);
  next = bh_verb_describe_time(bh_verb_number(backup, "nextMs"));
  if (json_is_true(json_object_get(backup, "enabled")))
    say(_("The next one is due at %s."), next);
  else
    g_print("%s\n", _("None is made by itself."));
  say_what_opens(backup);
  return TRUE;
}

/* Twice where a person types it, who does not see it. Returns: (transfer full) (nullable) */
static char *
read_new_passphrase(GError **error)
{
  g_autofree char *first = bh_terminal_read_secret(_("The new passphrase: "), error);
  g_autofree char *again = NULL;

  if (first == NULL || !bh_terminal_is_input())
    return g_steal_pointer(&first);
  again = bh_terminal_read_secret(_("Once more: "), error);
  if (again == NULL)
    return NULL;
  if (!g_str_equal(first, again)) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                        _("These are two different ones. Nothing was changed."));
    return NULL;
  }
  return g_steal_pointer(&first);
}

static gboolean
change_passphrase(BhVerbLine *line, GError **error)
{
  g_autofree char *passphrase = read_new_passphrase(error);
  g_autoptr(json_t) backup = NULL;

  if (passphrase == NULL)
    return FALSE;
  backup = bh_verb_line_post(line, "backup", json_pack("{s:s}", "passphrase", passphrase), error);
  if (backup == NULL)
    return FALSE;
  if (!bh_verb_line_show_json(line, backup))
    g_print("%s\n", _("The backups from now on open with that passphrase; those made before keep "
                      "what they had."));
  return TRUE;
}

gboolean
bh_verb_backup(BhVerbLine *line, GError **error)
{
  const char *word = line->words[0];

  if (word == NULL)
    return make_backup(line, error);
  if (line->to != NULL)
    return bh_verb_line_refuse("--to", error);
  if (g_str_equal(word, "show"))
    return show_backup(line, error);
  if (g_str_equal(word, "passphrase"))
    return change_passphrase(line, error);
  return bh_verb_line_refuse(word, error);
}

/* --- restore --- */

typedef struct {
  GMainLoop *loop;
  BhBackupRestored *restored;
  GError *error;
} Wait;

static void
restore_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->restored = bh_backup_restore_finish(result, &wait->error);
  g_main_loop_quit(wait->loop);
}

static json_t *
to_json(const BhBackupRestored *restored, const char *state_folder)
{
  json_t *left_out = json_array();

  for (guint i = 0; restored->left_out[i] != NULL; i++)
    json_array_append_new(left_out, json_string(restored->left_out[i]));
  return json_pack("{s:s, s:I, s:s, s:o}", "name", restored->name, "createdMs",
                   (json_int_t)restored->created_ms, "state", state_folder, "leftOut", left_out);
}

static void
show_restored(BhVerbLine *line, const BhBackupRestored *restored)
{
  const char *state_folder = line->settings->state_folder;
  g_autoptr(json_t) answer = to_json(restored, state_folder);
  g_autofree char *time = bh_verb_describe_time(restored->created_ms);

  if (bh_verb_line_show_json(line, answer))
    return;
  say(_("“%s” is restored."), restored->name);
  say(_("It is as it was at %s; start the hub, and what the devices still have comes back by "
        "itself."),
      time);
  for (guint i = 0; restored->left_out[i] != NULL; i++)
    say("%s", restored->left_out[i]);
}

gboolean
bh_verb_restore(BhVerbLine *line, GError **error)
{
  const char *state_folder = line->settings->state_folder;
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autofree char *file = g_canonicalize_filename(line->words[0], NULL);
  g_autofree char *passphrase = NULL;
  g_autoptr(BhBackupRestored) restored = NULL;
  Wait wait = {.loop = loop};

  passphrase =
      bh_terminal_read_secret(_("The passphrase of the backup, or its recovery code: "), error);
  if (passphrase == NULL)
    return FALSE;
  bh_backup_restore_async(file, passphrase, state_folder, NULL, restore_cb, &wait);
  g_main_loop_run(loop);
  restored = wait.restored;
  if (restored == NULL) {
    g_propagate_error(error, wait.error);
    return FALSE;
  }
  show_restored(line, restored);
  return TRUE;
}
