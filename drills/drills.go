package main

import "slices"

// drills are all there are.
func drills() []drill {
	return slices.Concat(killDrills(), databaseDrills(), failOverDrills(), sigtermDrills(), rollingDrills(), fileDrills(), imageDrills(), slowDrills(), issuerDrills(), migrationDrills(), overloadDrills(), connectionDrills(), slowClientDrills(), memoryDrills())
}
