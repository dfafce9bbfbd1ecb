package jsonvalue

// A key is made of letters and digits, and begins with a letter for the sign
// and the exponent. Positive numbers have a to z: b to y are the exponents of
// numbers of everyday size, a and z say that the exponent follows. Negative
// numbers are turned round, Z to A and each digit to 9 less the digit. Zero is
// between them in ASCII.
const (
	keyZero      = "_"
	keyExponent  = -7 // of the letter b
	keyLetters   = 'y' - 'b' + 1
	keyNegEnd    = '~'   // greater than all digits: -12 is greater than -123
	keyExpOffset = 20000 // makes each exponent a positive number of five digits
)

// NumberKey is a text for each number that sorts as the numbers do: compared
// byte by byte, two keys stand as CompareNumbers says of their literals, and
// equal numbers have equal keys. It is printable ASCII, two or three characters
// longer than the digits that count for everyday numbers, seven at most. It
// panics if IsNumber says no.
func NumberKey(literal string) string {
	d := decimalOf(literal)
	if d.sign() == 0 {
		return keyZero
	}
	key := make([]byte, 0, d.len()+len("z20017~"))
	key = appendExponent(key, d.exponent)
	key = append(key, d.whole...)
	key = append(key, d.fraction...)
	if d.negative {
		turn(key)
		key = append(key, keyNegEnd)
	}
	return string(key)
}

func appendExponent(key []byte, exponent int) []byte {
	if step := exponent - keyExponent; step >= 0 && step < keyLetters {
		return append(key, 'b'+byte(step))
	} else if step < 0 {
		key = append(key, 'a')
	} else {
		key = append(key, 'z')
	}
	shifted := exponent + keyExpOffset
	for unit := 10000; unit > 0; unit /= 10 {
		key = append(key, '0'+byte(shifted/unit%10))
	}
	return key
}

// turn makes what was greater less.
func turn(key []byte) {
	key[0] = 'Z' - (key[0] - 'a')
	for i := 1; i < len(key); i++ {
		key[i] = '9' - (key[i] - '0')
	}
}
