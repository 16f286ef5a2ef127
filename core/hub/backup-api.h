/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-api: the hub's backups over the API, for its owner.
 *
 * `GET /api/v1/backup` answers
 *   enabled, time ("03:30"), keep   whether there is one every night, when, and how many are kept
 *   folder, folderChosen            where they go; false: nobody chose another one
 *   sameDisk                        the folder is on the disk that the hub itself is on
 *   hasPassphrase                   a person chose one
 *   recoveryCode, codeNoted         null with a passphrase; else what opens the backups, to be
 *                                   written down, and whether somebody said that it is
 *   running, run, perMille          whether one is being made; its number, or that of the last one;
 *                                   how far it is
 *   last      null or {run, timeMs, file, folder, sizeBytes, kept}: of the last one that was made
 *   nextMs    null or when the next one is due
 *   error     null or {run, timeMs, message}: why the last attempt failed
 *
 * `POST /api/v1/backup` takes enabled, time, keep, folder (null: back to the default), passphrase
 * (null: another recovery code), codeNoted (true), and answers as the GET; 400 `bad-setting`, 400
 * `bad-passphrase`, 409 `fixed`, 409 `bad-folder`, 409 `unreadable`, each with a sentence. Backups
 * made before a change of the passphrase keep the old one.
 *
 * `POST /api/v1/backup/now {folder?}` answers 202 and as the GET, once it has begun; `last` or
 * `error` of that `run` tell how it went. 409 `busy`: one is being made to another folder.
 */
#pragma once

#include "backup-desk.h"

void bh_backup_api_add(BhApi *api, BhHubState *state);
