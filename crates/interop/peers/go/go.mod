module limpid.invalid/peer

go 1.27
