/* Tables with an entry for each byte: EACH_BYTE(of) is of(0), of(1) and so on. */
#ifndef BUCKETSIEVE_BYTES_H
#define BUCKETSIEVE_BYTES_H

#define FOUR(of, byte) of(byte), of((byte) + 1), of((byte) + 2), of((byte) + 3)
#define SIXTEEN(of, byte) FOUR(of, byte), FOUR(of, (byte) + 4), FOUR(of, (byte) + 8), FOUR(of, (byte) + 12)
#define EACH_BYTE(of) \
    SIXTEEN(of, 0), SIXTEEN(of, 16), SIXTEEN(of, 32), SIXTEEN(of, 48), SIXTEEN(of, 64), SIXTEEN(of, 80), \
    SIXTEEN(of, 96), SIXTEEN(of, 112), SIXTEEN(of, 128), SIXTEEN(of, 144), SIXTEEN(of, 160), SIXTEEN(of, 176), \
    SIXTEEN(of, 192), SIXTEEN(of, 208), SIXTEEN(of, 224), SIXTEEN(of, 240)

#endif
