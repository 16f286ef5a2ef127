/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openssl-start: how OpenSSL is to behave in this process.
 */
#pragma once

/**
 * bh_openssl_start: before anything else of OpenSSL in this process, where it has no effect later.
 *
 * By default OpenSSL takes itself apart at exit(), also under the hands of a worker that still
 * signs (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT). Nobody waits for workers at the end, so
 * it stays whole until the process is gone.
 */
void bh_openssl_start(void);
