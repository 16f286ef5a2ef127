/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-error: what can go wrong with a backup. The messages are whole sentences for a person.
 */
#pragma once

#include <glib.h>

#define BH_BACKUP_ERROR (bh_backup_error_quark())

typedef enum {
  BH_BACKUP_ERROR_NO_BACKUP,  /* the file is none, or of a later version of the program */
  BH_BACKUP_ERROR_DAMAGED,    /* it was cut off or changed */
  BH_BACKUP_ERROR_PASSPHRASE, /* that passphrase does not open it, or is too short to be one */
  BH_BACKUP_ERROR_NOT_EMPTY,  /* the state folder has a hub already */
  BH_BACKUP_ERROR_FOLDER,     /* a folder or file is not there, or not to be used */
  BH_BACKUP_ERROR_FULL,       /* the disk is full */
  BH_BACKUP_ERROR_BUSY,       /* another backup is being made; a hub runs on the state folder */
  BH_BACKUP_ERROR_FAILED,     /* anything else */
} BhBackupError;

GQuark bh_backup_error_quark(void);
