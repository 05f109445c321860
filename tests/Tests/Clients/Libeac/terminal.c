/* An authentication terminal on libeac (OpenPACE): PACE, terminal authentication, chip authentication, then data groups.
 * Every cryptographic step and every check of a terminal's certificate is the library's; this file only carries bytes.
 * The card is at the other end of the standard streams: one command a line out, one answer a line in, hexadecimal.
 * terminal pin|can SECRET ROOT VERIFIER TERMINAL KEY [read N | write N CONTENT]...
 * ends with the lines "= N CONTENT" for each reading and "= done". */
#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <eac/ta.h>
#include <openssl/buffer.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 8192
#define SHORT 255
#define MAC 8
#define BLOCK 16

typedef struct { unsigned char data[MOST]; size_t length; } bytes;

static EAC_CTX *eac;
static int secure;

static void demand(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "terminal: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void add(bytes *to, const void *data, size_t length)
{
    demand(to->length + length <= MOST, "longer than any message");
    memcpy(to->data + to->length, data, length);
    to->length += length;
}

static void add_tlv(bytes *to, unsigned tag, const void *value, size_t length)
{
    unsigned char head[5];
    size_t n = 0;
    if (tag > 0xFF) head[n++] = (unsigned char) (tag >> 8);
    head[n++] = (unsigned char) tag;
    if (length > 0xFF) { head[n++] = 0x82; head[n++] = (unsigned char) (length >> 8); }
    else if (length > 0x7F) head[n++] = 0x81;
    head[n++] = (unsigned char) length;
    add(to, head, n);
    add(to, value, length);
}

/* The value of the first object with this tag on this level; its length, or 0. One-byte and two-byte tags. */
static size_t find(const unsigned char *in, size_t length, unsigned tag, const unsigned char **value)
{
    const unsigned char *end = in + length;
    while (in + 2 <= end) {
        unsigned found = *in++;
        if ((found & 0x1F) == 0x1F) found = found << 8 | *in++;
        size_t n = *in++;
        if (n == 0x81) n = *in++;
        else if (n == 0x82) { n = (size_t) in[0] << 8 | in[1]; in += 2; }
        demand(n <= (size_t) (end - in), "an object is cut");
        if (found == tag) { *value = in; return n; }
        in += n;
    }
    return 0;
}

static BUF_MEM *buffer(const void *data, size_t length)
{
    BUF_MEM *made = BUF_MEM_new();
    demand(made && BUF_MEM_grow(made, length) == length, "memory");
    memcpy(made->data, data, length);
    return made;
}

/* Puts ISO padding behind what is there. */
static void pad(bytes *to)
{
    BUF_MEM *plain = buffer(to->data, to->length), *padded = EAC_add_iso_pad(eac, plain);
    demand(padded != NULL, "padding");
    to->length = 0;
    add(to, padded->data, padded->length);
    BUF_MEM_free(plain);
    BUF_MEM_free(padded);
}

static unsigned exchange(const bytes *command, bytes *answer)
{
    static char line[4 * MOST];
    for (size_t i = 0; i < command->length; i++) printf("%02x", command->data[i]);
    putchar('\n');
    fflush(stdout);
    demand(fgets(line, sizeof line, stdin) != NULL, "the card is gone");
    answer->length = strcspn(line, "\r\n") / 2;
    for (size_t i = 0; i < answer->length; i++) sscanf(line + 2 * i, "%2hhx", &answer->data[i]);
    demand(answer->length >= 2, "no status word");
    answer->length -= 2;
    return (unsigned) answer->data[answer->length] << 8 | answer->data[answer->length + 1];
}

static void frame(bytes *to, const unsigned char header[4], const bytes *data)
{
    to->length = 0;
    add(to, header, 4);
    int extended = data->length > SHORT;
    unsigned char lc[3] = { 0, (unsigned char) (data->length >> 8), (unsigned char) data->length };
    if (data->length > 0) add(to, extended ? lc : lc + 2, extended ? 3 : 1);
    add(to, data->data, data->length);
    add(to, "\0", extended ? 2 : 1);
}

static BUF_MEM *mac_over(const unsigned char *header, const bytes *objects)
{
    bytes input = { .length = 0 }, body = *objects;
    if (header) {
        add(&input, header, 4);
        pad(&input);
    }
    if (body.length > 0) pad(&body);
    add(&input, body.data, body.length);
    BUF_MEM *whole = buffer(input.data, input.length), *mac = EAC_authenticate(eac, whole);
    demand(mac && mac->length == MAC, "MAC");
    BUF_MEM_free(whole);
    return mac;
}

/* One command, protected once there is a channel; the answer's data in *answer. */
static unsigned send(unsigned cla, unsigned ins, unsigned p1, unsigned p2, const bytes *data, int le, bytes *answer)
{
    unsigned char header[4] = { (unsigned char) cla, (unsigned char) ins, (unsigned char) p1, (unsigned char) p2 };
    bytes command, objects = { .length = 0 }, none = { .length = 0 };
    if (!data) data = &none;
    if (!secure) {
        frame(&command, header, data);
        return exchange(&command, answer);
    }
    header[0] |= 0x0C;
    demand(EAC_increment_ssc(eac), "counter");
    if (data->length > 0) {
        bytes plain = *data, indicated = { .length = 0 };
        pad(&plain);
        BUF_MEM *padded = buffer(plain.data, plain.length), *encrypted = EAC_encrypt(eac, padded);
        demand(encrypted != NULL, "encryption");
        add(&indicated, "\1", 1);
        add(&indicated, encrypted->data, encrypted->length);
        add_tlv(&objects, 0x87, indicated.data, indicated.length);
        BUF_MEM_free(padded);
        BUF_MEM_free(encrypted);
    }
    if (le) add_tlv(&objects, 0x97, "\0", 1);
    BUF_MEM *mac = mac_over(header, &objects);
    add_tlv(&objects, 0x8E, mac->data, MAC);
    BUF_MEM_free(mac);
    frame(&command, header, &objects);
    unsigned outer = exchange(&command, answer);
    const unsigned char *status, *sealed, *given;
    demand(find(answer->data, answer->length, 0x99, &status) == 2, "an answer without protected status");
    demand(find(answer->data, answer->length, 0x8E, &given) == MAC, "an answer without MAC");
    demand(EAC_increment_ssc(eac), "counter");
    bytes covered = { .length = 0 };
    add(&covered, answer->data, answer->length - MAC - 2);
    mac = mac_over(NULL, &covered);
    demand(memcmp(mac->data, given, MAC) == 0, "a wrong MAC in an answer");
    BUF_MEM_free(mac);
    unsigned inner = (unsigned) status[0] << 8 | status[1];
    demand(inner == outer, "two different status words");
    size_t length = find(answer->data, answer->length, 0x87, &sealed);
    if (length == 0) { answer->length = 0; return inner; }
    BUF_MEM *cipher = buffer(sealed + 1, length - 1), *padded = EAC_decrypt(eac, cipher);
    BUF_MEM *plain = padded ? EAC_remove_iso_pad(padded) : NULL;
    demand(plain != NULL, "an answer that cannot be opened");
    answer->length = 0;
    add(answer, plain->data, plain->length);
    BUF_MEM_free(cipher);
    BUF_MEM_free(padded);
    BUF_MEM_free(plain);
    return inner;
}

static void expect(unsigned status, const char *what)
{
    if (status != 0x9000) fprintf(stderr, "terminal: the card says %04X\n", status);
    demand(status == 0x9000, what);
}

/* A whole file that is one object, by its short identifier. */
static unsigned read_file(unsigned id, bytes *file)
{
    bytes part;
    file->length = 0;
    unsigned status = send(0, 0xB0, 0x80 | id, 0, NULL, 1, &part);
    while (status == 0x9000 && part.length > 0) {
        add(file, part.data, part.length);
        const unsigned char *in = file->data;
        size_t whole = in[1] < 0x80 ? 2u + in[1] : in[1] == 0x81 ? 3u + in[2] : 4u + ((unsigned) in[2] << 8 | in[3]);
        if (file->length >= whole) return status;
        status = send(0, 0xB0, (unsigned) file->length >> 8, file->length & 0xFF, NULL, 1, &part);
    }
    return status;
}

static void load(const char *path, bytes *file)
{
    FILE *in = fopen(path, "rb");
    demand(in != NULL, path);
    file->length = fread(file->data, 1, MOST, in);
    fclose(in);
}

/* One step of PACE: 7C { tag value } there, the object with the next tag back. */
static BUF_MEM *pace_step(unsigned cla, unsigned tag, const BUF_MEM *value, unsigned expected)
{
    bytes inner = { .length = 0 }, data = { .length = 0 }, answer;
    if (value) add_tlv(&inner, tag, value->data, value->length);
    add_tlv(&data, 0x7C, inner.data, inner.length);
    unsigned status = send(cla, 0x86, 0, 0, &data, 1, &answer);
    if ((status & 0xFFF0) == 0x63C0 || status == 0x6300) demand(0, "the card does not take this password");
    expect(status, "PACE");
    const unsigned char *level, *found;
    size_t length = find(answer.data, answer.length, 0x7C, &level);
    length = find(level, length, expected, &found);
    demand(length > 0, "PACE without an object");
    return buffer(found, length);
}

/* PACE with the terminal's rights; the chip's compressed key for terminal authentication. */
static BUF_MEM *pace(int kind, const char *secret, const bytes *chat)
{
    static const unsigned char protocol[] = { 4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2 };
    bytes set = { .length = 0 }, answer;
    unsigned char reference = (unsigned char) kind;
    add_tlv(&set, 0x80, protocol, sizeof protocol);
    add_tlv(&set, 0x83, &reference, 1);
    add_tlv(&set, 0x7F4C, chat->data, chat->length);
    unsigned status = send(0, 0x22, 0xC1, 0xA4, &set, 0, &answer);
    if ((status & 0xFFF0) != 0x63C0) expect(status, "MSE:Set AT for PACE");
    PACE_SEC *password = PACE_SEC_new(secret, strlen(secret), kind == 3 ? PACE_PIN : PACE_CAN);
    BUF_MEM *nonce = pace_step(0x10, 0, NULL, 0x80);
    demand(password && PACE_STEP2_dec_nonce(eac, password, nonce), "nonce");
    BUF_MEM *mine = PACE_STEP3A_generate_mapping_data(eac), *chips = pace_step(0x10, 0x81, mine, 0x82);
    demand(PACE_STEP3A_map_generator(eac, chips), "mapping");
    BUF_MEM *my_key = PACE_STEP3B_generate_ephemeral_key(eac), *chip_key = pace_step(0x10, 0x83, my_key, 0x84);
    demand(PACE_STEP3B_compute_shared_secret(eac, chip_key) && PACE_STEP3C_derive_keys(eac), "agreement");
    BUF_MEM *my_token = PACE_STEP3D_compute_authentication_token(eac, chip_key);
    BUF_MEM *chip_token = pace_step(0x00, 0x85, my_token, 0x86);
    demand(PACE_STEP3D_verify_authentication_token(eac, chip_token) == 1, "the chip's token is wrong");
    demand(EAC_CTX_set_encryption_ctx(eac, EAC_ID_PACE), "channel");
    secure = 1;
    return EAC_Comp(eac, EAC_ID_PACE, chip_key);
}

static void show(const bytes *certificate, const unsigned char **name, size_t *name_length)
{
    const unsigned char *whole, *body, *issuer;
    bytes data = { .length = 0 }, answer;
    size_t length = find(certificate->data, certificate->length, 0x7F21, &whole);
    size_t body_length = find(whole, length, 0x7F4E, &body);
    size_t issuer_length = find(body, body_length, 0x42, &issuer);
    *name_length = find(body, body_length, 0x5F20, name);
    add_tlv(&data, 0x83, issuer, issuer_length);
    expect(send(0, 0x22, 0x81, 0xB6, &data, 0, &answer), "MSE:Set DST");
    data.length = 0;
    add(&data, whole, length);
    expect(send(0, 0x2A, 0, 0xBE, &data, 0, &answer), "PSO:Verify certificate");
    demand(TA_STEP2_import_certificate(eac, certificate->data, certificate->length), "libeac refuses a certificate");
}

static void terminal_authentication(char **files, const BUF_MEM *chip_name)
{
    static bytes root, verifier, terminal, key;
    static const unsigned char protocol[] = { 4, 0, 0x7F, 0, 7, 2, 2, 2, 2, 3 };
    const unsigned char *name;
    size_t name_length;
    load(files[0], &root);
    load(files[1], &verifier);
    load(files[2], &terminal);
    load(files[3], &key);
    demand(EAC_CTX_init_ta(eac, NULL, 0, root.data, root.length), "the root");
    show(&verifier, &name, &name_length);
    show(&terminal, &name, &name_length);
    demand(EAC_CTX_init_ta(eac, key.data, key.length, terminal.data, terminal.length), "the terminal's key");
    BUF_MEM *compressed = TA_STEP3_generate_ephemeral_key(eac);
    demand(compressed != NULL, "ephemeral key");
    bytes data = { .length = 0 }, answer;
    add_tlv(&data, 0x80, protocol, sizeof protocol);
    add_tlv(&data, 0x83, name, name_length);
    add_tlv(&data, 0x91, compressed->data, compressed->length);
    expect(send(0, 0x22, 0x81, 0xA4, &data, 0, &answer), "MSE:Set AT for terminal authentication");
    expect(send(0, 0x84, 0, 0, NULL, 1, &answer), "GET CHALLENGE");
    BUF_MEM *challenge = buffer(answer.data, answer.length);
    demand(TA_STEP4_set_nonce(eac, challenge), "challenge");
    BUF_MEM *none = BUF_MEM_new(), *signature = TA_STEP5_sign(eac, compressed, chip_name, none);
    demand(signature != NULL, "signature");
    data.length = 0;
    add(&data, signature->data, signature->length);
    expect(send(0, 0x82, 0, 0, &data, 0, &answer), "EXTERNAL AUTHENTICATE");
}

static void chip_authentication(void)
{
    static const unsigned char protocol[] = { 4, 0, 0x7F, 0, 7, 2, 2, 3, 2, 2 };
    static bytes security;
    bytes data = { .length = 0 }, inner = { .length = 0 }, answer;
    expect(read_file(0x1D, &security), "EF.CardSecurity");
    BUF_MEM *chip_key = CA_get_pubkey(eac, security.data, security.length);
    demand(chip_key != NULL, "libeac finds no key in EF.CardSecurity");
    add_tlv(&data, 0x80, protocol, sizeof protocol);
    expect(send(0, 0x22, 0x41, 0xA4, &data, 0, &answer), "MSE:Set AT for chip authentication");
    BUF_MEM *mine = CA_STEP2_get_eph_pubkey(eac);
    demand(mine != NULL, "ephemeral key");
    data.length = 0;
    add_tlv(&inner, 0x80, mine->data, mine->length);
    add_tlv(&data, 0x7C, inner.data, inner.length);
    expect(send(0, 0x86, 0, 0, &data, 1, &answer), "chip authentication");
    const unsigned char *level, *nonce, *token;
    size_t length = find(answer.data, answer.length, 0x7C, &level);
    size_t nonce_length = find(level, length, 0x81, &nonce), token_length = find(level, length, 0x82, &token);
    BUF_MEM *n = buffer(nonce, nonce_length), *t = buffer(token, token_length);
    demand(CA_STEP4_compute_shared_secret(eac, chip_key) == 1, "agreement");
    demand(CA_STEP6_derive_keys(eac, n, t) == 1, "the chip's token is wrong: a copy");
    demand(EAC_CTX_set_encryption_ctx(eac, EAC_ID_CA), "channel");
}

int main(int count, char **arguments)
{
    static const unsigned char eid[] = { 0xE8, 7, 4, 0, 0x7F, 0, 7, 3, 2 };
    static bytes access, terminal, file;
    const unsigned char *whole, *body, *rights;
    bytes chat = { .length = 0 }, data = { .length = 0 }, answer;
    demand(count >= 7, "wrong usage");
    EAC_init();
    eac = EAC_CTX_new();
    expect(read_file(0x1C, &access), "EF.CardAccess");
    demand(eac && EAC_CTX_init_ef_cardaccess(access.data, access.length, eac), "libeac refuses EF.CardAccess");
    load(arguments[5], &terminal);
    size_t length = find(terminal.data, terminal.length, 0x7F21, &whole);
    length = find(whole, length, 0x7F4E, &body);
    length = find(body, length, 0x7F4C, &rights);
    add(&chat, rights, length);
    BUF_MEM *chip_name = pace(strcmp(arguments[1], "pin") == 0 ? 3 : 2, arguments[2], &chat);
    terminal_authentication(arguments + 3, chip_name);
    chip_authentication();
    add(&data, eid, sizeof eid);
    expect(send(0, 0xA4, 4, 0x0C, &data, 0, &answer), "SELECT");
    for (int i = 7; i + 1 < count; i += 2) {
        unsigned group = (unsigned) atoi(arguments[i + 1]);
        if (strcmp(arguments[i], "write") == 0) {
            data.length = strlen(arguments[i + 2]) / 2;
            for (size_t n = 0; n < data.length; n++) sscanf(arguments[i + 2] + 2 * n, "%2hhx", &data.data[n]);
            printf("= %u %04x\n", group, send(0, 0xD6, 0x80 | group, 0, &data, 0, &answer));
            i++;
            continue;
        }
        unsigned status = read_file(group, &file);
        printf("= %u %04x ", group, status);
        for (size_t n = 0; status == 0x9000 && n < file.length; n++) printf("%02x", file.data[n]);
        putchar('\n');
    }
    puts("= done");
    return 0;
}
